package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
  @TempDir private Path folder;

  @Test
  void replacesAFile() throws IOException {
    Path target = Files.writeString(folder.resolve("file"), "old");
    AtomicFile.write(target, new byte[] {1, 2}, folder.resolve("temporary"));
    assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(target));
    assertFalse(Files.exists(folder.resolve("temporary")));
  }

  @Test
  void replacesALinkAndNotWhatItPointsTo() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path target = Files.createSymbolicLink(folder.resolve("file"), victim);
    AtomicFile.write(target, new byte[0], folder.resolve("temporary"));
    assertEquals("precious", Files.readString(victim));
    assertFalse(Files.isSymbolicLink(target));
  }

  @Test
  void leavesTheOldFileWhenTheNewOneCannotBeWritten() throws IOException {
    Path target = Files.writeString(folder.resolve("file"), "old");
    assertThrows(
        IOException.class,
        () -> AtomicFile.write(target, new byte[1], folder.resolve("missing/temporary")));
    assertEquals("old", Files.readString(target));
  }

  @Test
  void saysWhichFileIsOnAFullDisk() throws IOException {
    Path target = Files.writeString(folder.resolve("file"), "old");
    Path full = Files.createSymbolicLink(folder.resolve("temporary"), Path.of("/dev/full"));
    FlintException e =
        Failures.expect(ErrorCode.LOCAL_IO, () -> AtomicFile.write(target, new byte[1], full));
    assertEquals(
        "cannot write " + target + ": No space left on device; make room, or choose another disk",
        FlintException.line(e));
    assertEquals("old", Files.readString(target));
    assertFalse(Files.exists(full, LinkOption.NOFOLLOW_LINKS));
  }
}
