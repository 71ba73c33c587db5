package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamedChannelTest {
  private static final Path NAME = Path.of("/x/disk.raw");
  private static final byte[] BYTES = {1, 2, 3, 4};

  @TempDir private Path folder;

  private static void assertNamed(FlintException e) {
    assertEquals(
        "cannot write /x/disk.raw: No space left on device; make room, or choose another disk",
        FlintException.line(e));
  }

  @Test
  void saysWhichFileIsOnAFullDisk() throws IOException {
    FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
    try (NamedChannel channel = new NamedChannel(full, NAME)) {
      ByteBuffer bytes = ByteBuffer.wrap(BYTES);
      assertNamed(Failures.expect(ErrorCode.LOCAL_IO, () -> channel.write(bytes)));
      ByteBuffer[] several = {bytes};
      assertNamed(Failures.expect(ErrorCode.LOCAL_IO, () -> channel.write(several)));
      assertNamed(
          Failures.expect(
              ErrorCode.LOCAL_IO, () -> Channels.newOutputStream(channel).write(BYTES)));
    }
    assertEquals(false, full.isOpen());
  }

  @Test
  void isTheFileItNames() throws IOException {
    Path file = folder.resolve("a");
    try (NamedChannel channel =
        NamedChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(BYTES), 2);
      channel.position(1).write(ByteBuffer.wrap(BYTES));
      assertEquals(5, channel.position());
      assertEquals(6, channel.size());
      channel.truncate(4).force(true);
      ByteBuffer read = ByteBuffer.allocate(9);
      assertEquals(3, channel.read(read, 1));
      assertArrayEquals(new byte[] {0, 1, 2, 3}, Files.readAllBytes(file));
    }
  }

  /** As by an interrupt, which ends a command otherwise than a full disk. */
  @Test
  void aClosedOneStaysThat() throws IOException {
    NamedChannel channel =
        NamedChannel.open(
            folder.resolve("a"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.close();
    assertThrows(ClosedChannelException.class, () -> channel.write(ByteBuffer.wrap(BYTES)));
  }
}
