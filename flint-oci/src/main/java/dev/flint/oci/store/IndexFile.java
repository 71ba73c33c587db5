package dev.flint.oci.store;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code index.json} of a layout. What was read is kept while there is memory to spare and the
 * file is the same, as a server looks into it at every request. Thread-safe.
 */
final class IndexFile {
  private final Path path;
  private Optional<State> seen = Optional.empty();
  private SoftReference<@Nullable LayoutIndex> kept = new SoftReference<>(null);

  IndexFile(Path path) {
    this.path = path;
  }

  /** Tells a file from one that came in its place. */
  private record State(Optional<Object> key, FileTime modified, long size) {
    static Optional<State> of(Path path) throws IOException {
      try {
        BasicFileAttributes file =
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Optional.of(
            new State(Optional.ofNullable(file.fileKey()), file.lastModifiedTime(), file.size()));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
    }
  }

  /** What it says now. Those who want to know at the same time read it once. */
  synchronized LayoutIndex read() throws IOException {
    // Before the bytes: if the file changes in between, it is read again next time.
    Optional<State> now = State.of(path);
    LayoutIndex known = kept.get();
    if (known != null && now.isPresent() && now.equals(seen)) {
      return known;
    }
    forget();
    LayoutIndex index = LayoutIndex.parse(bytes(), what());
    kept = new SoftReference<>(index);
    seen = now;
    return index;
  }

  /** Its bytes now. */
  byte[] bytes() throws IOException {
    return new SmallFile(path, what()).read();
  }

  private String what() {
    return "layout index " + path;
  }

  /** For after a change: two of them within one tick of the clock may leave the same state. */
  synchronized void forget() {
    kept = new SoftReference<>(null);
  }
}
