package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import dev.flint.oci.store.LockBeside;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A file with an {@link AuthDocument}.
 *
 * @param path need not exist
 */
record AuthFile(Path path) {
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  /**
   * The document.
   *
   * @return empty if there is no file
   * @throws FlintException AUTH naming the file if it cannot be read or understood
   */
  Optional<AuthDocument> read() throws FlintException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      throw AuthDocument.broken(path.toString(), "cannot be read: permission denied", e);
    } catch (IOException e) {
      throw AuthDocument.broken(path.toString(), "cannot be read: " + e.getMessage(), e);
    }
    return Optional.of(AuthDocument.parse(path.toString(), bytes));
  }

  /** Whether others than its owner may read it. */
  boolean isOpenToOthers() throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    return permissions.contains(PosixFilePermission.GROUP_READ)
        || permissions.contains(PosixFilePermission.OTHERS_READ);
  }

  /** The document, without anything if there is no file. */
  AuthDocument readOrEmpty() throws FlintException {
    return read().orElseGet(() -> new AuthDocument(path.toString(), JsonObject.empty()));
  }

  /** What becomes of a document. */
  interface Change {
    AuthDocument of(AuthDocument now) throws FlintException;
  }

  /**
   * Replaces or creates the file, for its owner alone, by what becomes of it as it is now: two of
   * Flint's logins at once lose nothing of each other. Behind a link, the file it leads to is
   * replaced.
   *
   * @throws FlintException LOCAL_IO for a link that leads nowhere: whoever made it chose the place
   */
  void change(Change change) throws IOException {
    Path target = target();
    Path folder = target.getParent();
    if (folder == null) {
      throw new FlintException(ErrorCode.LOCAL_IO, "not a file: " + path);
    }
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    try (LockBeside lock = LockBeside.of(target, "another login")) {
      write(change.of(readOrEmpty()), target, folder);
    }
  }

  private static void write(AuthDocument document, Path target, Path folder) throws IOException {
    // Made anew under a name nobody can guess, and readable by nobody else from the start.
    Path temporary = Files.createTempFile(folder, ".flint-", ".tmp");
    try {
      AtomicFile.write(target, document.json().prettyBytes(), temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private Path target() throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      try {
        return path.toRealPath();
      } catch (NoSuchFileException e) {
        throw new FlintException(
            ErrorCode.LOCAL_IO, path + " is a link that leads nowhere", "remove it", e);
      }
    }
    return path.toAbsolutePath();
  }
}
