package dev.flint.oci.store;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files in the {@code blobs} of a layout, as they lie there, whoever put them there. */
final class BlobFiles {
  private final Path blobs;

  BlobFiles(OciLayout layout) {
    this.blobs = layout.folder().resolve("blobs");
  }

  /**
   * A file.
   *
   * @param digest as its name has it; empty if that is none
   * @param attributes of the file itself, be it a link
   * @param linked whether it is, or lies behind, a link in place of a folder: it may be another
   *     store's too
   */
  record Entry(Path file, Optional<Digest> digest, BasicFileAttributes attributes, boolean linked) {
    /** Whether it is a blob. */
    boolean isBlob() {
      return digest.isPresent() && attributes.isRegularFile();
    }
  }

  /** Looks at one file after the other. */
  @FunctionalInterface
  interface Visitor {
    void on(Entry entry) throws IOException;
  }

  /** Looks at all files, in no order. What goes meanwhile may be missed. */
  void visit(Visitor visitor) throws IOException {
    boolean linked = Files.isSymbolicLink(blobs);
    if (linked) {
      visitEntry(blobs, Optional.empty(), true, visitor);
    }
    visitFolder(
        blobs,
        folder -> {
          boolean link = linked || Files.isSymbolicLink(folder);
          if (Files.isDirectory(folder)) {
            if (Files.isSymbolicLink(folder)) {
              visitEntry(folder, Optional.empty(), true, visitor);
            }
            visitFolder(folder, file -> visitEntry(file, digestOf(file), link, visitor));
          } else {
            visitEntry(folder, Optional.empty(), link, visitor);
          }
        });
  }

  private interface Paths {
    void on(Path path) throws IOException;
  }

  private static void visitFolder(Path folder, Paths paths) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        paths.on(entry);
      }
    } catch (NoSuchFileException | AccessDeniedException e) {
      // Nothing there, or a lost+found where a device of its own holds the blobs.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void visitEntry(
      Path file, Optional<Digest> digest, boolean linked, Visitor visitor) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    visitor.on(new Entry(file, digest, attributes, linked));
  }

  private static Optional<Digest> digestOf(Path file) {
    Path folder = file.getParent();
    String algorithm = folder == null ? "" : String.valueOf(folder.getFileName());
    try {
      return Optional.of(new Digest(algorithm, String.valueOf(file.getFileName())));
    } catch (IllegalArgumentException e) {
      // Not one of ours.
      return Optional.empty();
    }
  }

  /** When a file came to this place or was changed; a linked file may be older than its name. */
  static Instant lastChange(Path file) throws IOException {
    Map<String, Object> times =
        Files.readAttributes(file, "unix:lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
    Instant modified = time(times, "lastModifiedTime");
    Instant changed = time(times, "ctime");
    return changed.isAfter(modified) ? changed : modified;
  }

  private static Instant time(Map<String, Object> times, String name) {
    return times.get(name) instanceof FileTime time ? time.toInstant() : Instant.EPOCH;
  }

  /**
   * Deletes blobs, which is on the device when this returns.
   *
   * @return how many were there
   */
  int delete(Collection<Digest> digests) throws IOException {
    int deleted = 0;
    Set<Path> folders = new HashSet<>();
    for (Digest digest : digests) {
      Path folder = blobs.resolve(digest.algorithm());
      if (Files.deleteIfExists(folder.resolve(digest.encoded()))) {
        folders.add(folder);
        deleted++;
      }
    }
    for (Path folder : folders) {
      AtomicFile.syncFolder(folder);
    }
    return deleted;
  }
}
