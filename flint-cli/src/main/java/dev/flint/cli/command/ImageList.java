package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The images of a store. Manifests and configs are small files, each of which is opened and
 * verified, so those of a long list are read on all cores.
 */
final class ImageList {
  /** What one core reads before it asks for more. A list as short as this needs no other. */
  private static final int PART = 32;

  private final OciLayout store;
  private final Consumer<String> notes;

  /** Tells by notes which images cannot be read. */
  ImageList(OciLayout store, Consumer<String> notes) {
    this.store = store;
    this.notes = notes;
  }

  /** What became of some of the entries. */
  private record Part(List<ImageSummary> images, List<String> notes) {}

  /** All that can be read, in the order of the index. */
  List<ImageSummary> read() throws IOException {
    List<Descriptor> entries = store.index().entries();
    List<ImageSummary> images = new ArrayList<>(entries.size());
    int cores = Runtime.getRuntime().availableProcessors();
    if (entries.size() <= PART || cores == 1) {
      add(part(entries), images);
      return images;
    }
    try (OrderedWork<AutoCloseable, Part> work = new OrderedWork<>(cores, () -> () -> {})) {
      for (int from = 0; from < entries.size(); from += PART) {
        if (work.isFull()) {
          add(work.take(), images);
        }
        List<Descriptor> some = entries.subList(from, Math.min(from + PART, entries.size()));
        work.give(tool -> part(some));
      }
      while (!work.isEmpty()) {
        add(work.take(), images);
      }
    }
    return images;
  }

  private void add(Part part, List<ImageSummary> images) {
    part.notes().forEach(notes);
    images.addAll(part.images());
  }

  private Part part(List<Descriptor> entries) throws IOException {
    Part part = new Part(new ArrayList<>(entries.size()), new ArrayList<>());
    for (Descriptor entry : entries) {
      if (LayoutIndex.isRetired(entry)) {
        continue;
      }
      String name = LayoutIndex.nameOf(entry).orElse(ImageSummary.UNNAMED);
      try {
        part.images().add(ImageSummary.read(store, name, entry));
      } catch (FlintException e) {
        part.notes().add("image " + name + ": " + e.getMessage());
      }
    }
    return part;
  }
}
