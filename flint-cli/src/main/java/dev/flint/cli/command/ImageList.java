package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The images of a store. Of those that no earlier list has read, manifests and configs are opened
 * and verified, on all cores if there are many.
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

  /** An image of the index, and what came of reading it. */
  private static final class Row {
    private final Descriptor entry;
    private final String name;
    private @Nullable ImageFacts facts;
    private String problem = "";

    Row(Descriptor entry, String name) {
      this.entry = entry;
      this.name = name;
    }
  }

  /** All that can be read, in the order of the index. */
  List<ImageSummary> read() throws IOException {
    KnownFacts known = KnownFacts.read(store.derived("images"), Version.text());
    List<Row> rows = new ArrayList<>();
    List<Row> unread = new ArrayList<>();
    for (Descriptor entry : store.index().entries()) {
      Optional<String> name = LayoutIndex.nameOf(entry);
      if (name.isEmpty() && LayoutIndex.isRetired(entry)) {
        continue;
      }
      Row row = new Row(entry, name.orElse(ImageSummary.UNNAMED));
      rows.add(row);
      // Whatever is known of it, it may have been lost.
      row.facts = store.find(entry).isPresent() ? known.find(entry).orElse(null) : null;
      if (row.facts == null) {
        unread.add(row);
      }
    }
    readAll(unread);
    List<ImageSummary> images = new ArrayList<>(rows.size());
    for (Row row : rows) {
      ImageFacts facts = row.facts;
      if (facts == null) {
        notes.accept("image " + row.name + ": " + row.problem);
      } else {
        images.add(new ImageSummary(row.name, row.entry.digest(), facts));
      }
    }
    for (Row row : unread) {
      ImageFacts facts = row.facts;
      if (facts != null) {
        known.add(row.entry, facts);
      }
    }
    known.save();
    return images;
  }

  private void readAll(List<Row> rows) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    if (rows.size() <= PART || cores == 1) {
      readPart(rows);
      return;
    }
    try (OrderedWork<AutoCloseable, List<Row>> work = new OrderedWork<>(cores, () -> () -> {})) {
      for (int from = 0; from < rows.size(); from += PART) {
        if (work.isFull()) {
          work.take();
        }
        List<Row> some = rows.subList(from, Math.min(from + PART, rows.size()));
        work.give(tool -> readPart(some));
      }
      while (!work.isEmpty()) {
        work.take();
      }
    }
  }

  private List<Row> readPart(List<Row> rows) throws IOException {
    for (Row row : rows) {
      try {
        row.facts = ImageFacts.read(store, row.entry);
      } catch (FlintException e) {
        row.problem = String.valueOf(e.getMessage());
      }
    }
    return rows;
  }
}
