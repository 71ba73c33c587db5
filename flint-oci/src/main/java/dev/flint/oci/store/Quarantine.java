package dev.flint.oci.store;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Where bad blobs of a layout are moved, {@code ALGORITHM-HEX.TIME}, so that they can be fetched
 * again; nothing is ever deleted here. Who has one open reads on. For who owns the layout.
 */
final class Quarantine {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final InstantSource clock;

  Quarantine(OciLayout layout, InstantSource clock) {
    this.folder = folder(layout);
    this.clock = clock;
  }

  static Path folder(OciLayout layout) {
    return layout.folder().resolve(".flint/quarantine");
  }

  /** How long all files here are together. */
  static long bytes(OciLayout layout) throws IOException {
    long bytes = 0;
    Path folder = folder(layout);
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
        }
      }
    }
    return bytes;
  }

  /**
   * Moves a file here, and returns where it is.
   *
   * @throws FlintException LOCAL_IO if it cannot be moved; then it is where it was
   */
  Path take(Path file, Digest digest) throws IOException {
    try {
      Files.createDirectories(folder);
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        // A layout may come from anyone, and its blobs are not for whatever place it names.
        throw new NotDirectoryException(folder + " is a link");
      }
      String name =
          digest.algorithm() + "-" + digest.encoded() + "." + TIME.format(clock.instant());
      Path target = folder.resolve(name);
      for (int i = 2; Files.exists(target, LinkOption.NOFOLLOW_LINKS); i++) {
        target = folder.resolve(name + "-" + i);
      }
      AtomicFile.publish(file, target);
      AtomicFile.syncFolder(file.resolveSibling("."));
      return target;
    } catch (IOException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot move " + file + " to " + folder + ": " + e, e);
    }
  }
}
