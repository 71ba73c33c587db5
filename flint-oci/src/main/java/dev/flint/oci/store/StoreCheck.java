package dev.flint.oci.store;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.StoreProblem.Kind;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a layout is sound: its files are what they should be, and its images whole. Blobs are
 * read without any lock; only while images are followed nothing is removed, and only while bad
 * blobs are moved away nobody else is let in. Confined to one thread.
 */
public final class StoreCheck {
  private static final String ITEM = "verify";

  private final OciLayout layout;
  private final int threads;
  private final ProgressListener progress;
  private final InstantSource clock;
  private final List<String> notes = new ArrayList<>();
  private long blobs;
  private long bytes;
  private long strangers;

  /** Checks the layout in a folder, which need not be one. */
  public StoreCheck(Path folder, int threads, ProgressListener progress, InstantSource clock) {
    this.layout = new OciLayout(folder);
    this.threads = threads;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * What to do.
   *
   * @param quick whether not to read blobs, but for documents
   * @param repair whether to move bad blobs away
   */
  public record Wish(boolean quick, boolean repair) {}

  /** Checks. */
  public StoreReport run(Wish wish) throws IOException {
    if (!Files.exists(layout.folder())) {
      // The first import or pull makes it.
      return report(0, List.of(), List.of());
    }
    Optional<StoreProblem> shape = shape();
    if (shape.isPresent()) {
      return report(0, List.of(shape.get()), List.of());
    }
    List<BadBlob> bad = new ArrayList<>();
    look(wish, bad);
    readAgain(bad);
    List<Path> moved = List.of();
    if (wish.repair()) {
      moved = quarantine(bad);
      // Others went on until the layout could be owned.
      readAgain(bad);
    }
    ImageProblems images = new ImageProblems(layout, bad);
    int count;
    try (OciLayout.Use use = layout.use()) {
      count = images.follow(layout.index());
    }
    addNotes();
    return report(count, images.problems(), moved);
  }

  private StoreReport report(int images, List<StoreProblem> problems, List<Path> moved) {
    return new StoreReport(blobs, bytes, images, problems, moved, notes);
  }

  private Optional<StoreProblem> shape() throws IOException {
    Path folder = layout.folder();
    if (!Files.isDirectory(folder)) {
      return Optional.of(shape("it is not a folder", "move it away"));
    }
    Path file = folder.resolve(LayoutVersion.FILE);
    String what = "layout file " + file;
    try {
      LayoutVersion.check(new SmallFile(file, what).read(), what);
      layout.index();
      return Optional.empty();
    } catch (FlintException e) {
      return Optional.of(
          shape(
              String.valueOf(e.getMessage()),
              "put the file right, or move the folder away and pull the images again"));
    }
  }

  private StoreProblem shape(String detail, String remedy) {
    return new StoreProblem(Kind.LAYOUT, layout.folder().toString(), List.of(), detail, remedy);
  }

  private void look(Wish wish, List<BadBlob> bad) throws IOException {
    BlobFiles files = new BlobFiles(layout);
    files.visit(entry -> count(entry, bad));
    if (wish.quick()) {
      return;
    }
    progress.on(new ProgressEvent.Started(ITEM, bytes));
    Outcome outcome = Outcome.FAILED;
    try (OrderedWork<BlobVerifier, Optional<BadBlob>> work =
        new OrderedWork<>(threads, () -> new BlobVerifier(progress, ITEM))) {
      files.visit(
          entry -> {
            if (entry.isBlob() && canBeHashed(entry)) {
              if (work.isFull()) {
                work.take().ifPresent(bad::add);
              }
              work.give(verifier -> verifier.verify(entry));
            }
          });
      while (!work.isEmpty()) {
        work.take().ifPresent(bad::add);
      }
      outcome = Outcome.DONE;
    } finally {
      progress.on(new ProgressEvent.Finished(ITEM, outcome));
    }
  }

  private static boolean canBeHashed(BlobFiles.Entry entry) {
    String algorithm = entry.digest().orElseThrow().algorithm();
    return algorithm.equals("sha256") || algorithm.equals("sha512");
  }

  private void count(BlobFiles.Entry entry, List<BadBlob> bad) throws IOException {
    if (entry.isBlob()) {
      blobs++;
      bytes += entry.attributes().size();
    } else if (entry.digest().isPresent()) {
      bad.add(BadBlob.notAFile(entry.digest().get(), entry.file(), entry.linked()));
    } else if (entry.linked() && entry.attributes().isSymbolicLink()) {
      notes.add(entry.file() + " is a link: nothing behind it is moved or removed as an orphan");
    } else {
      strangers++;
    }
  }

  /**
   * What came in the place of a bad blob since it was read, by a pull for example, may be sound.
   */
  private void readAgain(List<BadBlob> bad) throws IOException {
    try (BlobVerifier verifier = new BlobVerifier(ProgressListener.NONE, ITEM)) {
      for (BadBlob blob : List.copyOf(bad)) {
        if (!blob.isSame()) {
          bad.remove(blob);
          verifier.verify(blob.digest(), blob.file(), blob.linked()).ifPresent(bad::add);
        }
      }
    }
  }

  /** Moves what is still bad away, and takes it off the list. */
  private List<Path> quarantine(List<BadBlob> bad) throws IOException {
    List<Path> moved = new ArrayList<>();
    if (bad.isEmpty()) {
      return moved;
    }
    Quarantine quarantine = new Quarantine(layout, clock);
    try (StoreLock.Hold hold = layout.useLock().own()) {
      for (BadBlob blob : List.copyOf(bad)) {
        if (blob.mayBeMoved()) {
          moved.add(quarantine.take(blob.file(), blob.digest()));
          bad.remove(blob);
        }
      }
    }
    return moved;
  }

  private void addNotes() throws IOException {
    if (strangers > 0) {
      notes.add(strangers + " files among the blobs are not named by a digest; they stay");
    }
    long left = layout.ingests().leftovers(false);
    if (left > 0) {
      notes.add("killed processes left " + left + " bytes; flint store gc removes them");
    }
  }
}
