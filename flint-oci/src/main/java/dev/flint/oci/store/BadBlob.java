package dev.flint.oci.store;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A file that is not the blob its name says.
 *
 * @param state of the file before it was read
 * @param linked whether it lies behind a link, and so is not for this store to move
 */
record BadBlob(
    StoreProblem.Kind kind,
    Digest digest,
    Path file,
    String detail,
    Map<String, Object> state,
    boolean linked) {
  /** What is no plain file. */
  static BadBlob notAFile(Digest digest, Path file, boolean linked) throws IOException {
    Map<String, Object> state = state(file);
    String detail = Files.isSymbolicLink(file) ? "it is a link" : "it is not a plain file";
    return new BadBlob(StoreProblem.Kind.NOT_A_FILE, digest, file, detail, state, linked);
  }

  /** Tells a file from one that came in its place or was written to; empty if there is none. */
  static Map<String, Object> state(Path file) throws IOException {
    try {
      return Files.readAttributes(
          file, "unix:dev,ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Map.of();
    }
  }

  /** Whether it is certain that the bytes are wrong and that nobody has put that right since. */
  boolean mayBeMoved() throws IOException {
    return !linked && kind != StoreProblem.Kind.UNREADABLE && isSame();
  }

  /** Whether the file is still the one that was read. */
  boolean isSame() throws IOException {
    return state.equals(state(file));
  }

  /** As a problem of whatever images. */
  StoreProblem problem(List<String> images) {
    String remedy =
        linked || kind == StoreProblem.Kind.UNREADABLE
            ? "see to " + file
            : "move it out of the way: flint store fsck --repair";
    return new StoreProblem(kind, digest.toString(), images, detail, remedy);
  }
}
