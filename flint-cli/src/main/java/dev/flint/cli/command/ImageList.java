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
 * The images of a store. Where the index is the same as for the last list, so is the list. Else,
 * manifests and configs of images that are new are opened and verified, on all cores if there are
 * many.
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

  /** All that can be read, by name. */
  List<ImageSummary> read() throws IOException {
    byte[] index = store.indexBytes();
    KnownFacts known = KnownFacts.read(store.derived("images"), Version.text());
    Optional<List<ImageSummary>> whole = known.whole(index, store);
    if (whole.isPresent()) {
      return whole.get();
    }
    List<Row> rows = rows(index, known);
    List<ImageSummary> images = new ArrayList<>(rows.size());
    KnownFacts.Lines lines = known.newLines(index);
    for (Row row : rows) {
      ImageFacts facts = row.facts;
      if (facts == null) {
        notes.accept("image " + row.name + ": " + row.problem);
        lines.addUnknown();
      } else {
        images.add(new ImageSummary(row.name, row.entry.digest(), facts));
        lines.add(row.entry, row.name, facts);
      }
    }
    lines.save();
    return images;
  }

  private List<Row> rows(byte[] index, KnownFacts known) throws IOException {
    List<Row> rows = new ArrayList<>();
    List<Row> unread = new ArrayList<>();
    String what = "layout index " + store.folder().resolve("index.json");
    for (Descriptor entry : LayoutIndex.parse(index, what).entries()) {
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
    // Not Comparator.comparing, whose serializable lambda is made anew at every start.
    rows.sort((a, b) -> a.name.compareTo(b.name));
    return rows;
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
