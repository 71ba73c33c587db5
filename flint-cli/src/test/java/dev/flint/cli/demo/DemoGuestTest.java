package dev.flint.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DemoGuestTest {
  private static final Path BUILD = Path.of("..", "examples", "osv-hello", "guest", "build.sh");

  @TempDir Path folder;

  @Test
  void packagesWhatTheAssemblerMakesOfTheSource() throws IOException {
    Peers.require("as");
    Peers.require("ld");
    Path assembled = folder.resolve("guest.bin");
    Command.run("sh", BUILD, assembled).ok();
    assertArrayEquals(Files.readAllBytes(assembled), DemoGuest.packaged());
  }

  @Test
  void laysTheDiskOutAsOsvDoes() throws IOException {
    ByteBuffer disk = disk("/hello world");
    assertEquals(DemoGuest.DISK_SIZE, disk.capacity());
    assertEquals((byte) 0xeb, disk.get(0), "starts with a short jump");
    assertEquals(1, disk.getShort(0x10), "chunks of 32 KiB");
    assertEquals("VSO", text(disk, 0x1b8, 3));
    assertEquals((short) 0xaa55, disk.getShort(0x1fe));
    assertEquals("/hello world\0", text(disk, 512, 13));
    assertEquals("FL", text(disk, 65536, 2), "the loader is at sector 128");
  }

  @Test
  void describesTheDataPartitionInEntry2() throws IOException {
    ByteBuffer disk = disk("/hello");
    byte[] entry1 = new byte[16];
    disk.get(0x1be, entry1);
    assertArrayEquals(new byte[16], entry1);

    byte[] entry2 = new byte[16];
    disk.get(0x1ce, entry2);
    ByteBuffer entry = ByteBuffer.wrap(entry2).order(ByteOrder.LITTLE_ENDIAN);
    int first = entry.getInt(8);
    int count = entry.getInt(12);
    assertEquals((byte) 0x83, entry.get(4));
    assertArrayEquals(chs(first), Arrays.copyOfRange(entry2, 1, 4));
    assertArrayEquals(chs(first + count - 1), Arrays.copyOfRange(entry2, 5, 8));
    assertEquals(2 << 20, first * 512);
    assertEquals(DemoGuest.DISK_SIZE, (first + (long) count) * 512);
    assertEquals(
        DemoGuest.PARTITION_TEXT, text(disk, first * 512, DemoGuest.PARTITION_TEXT.length()));
  }

  @Test
  void takesTheLongestCommandLine() throws IOException {
    String longest = "x".repeat(1023);
    assertEquals(longest + "\0", text(disk(longest), 512, 1024));
  }

  @Test
  void refusesALongerCommandLine() {
    Path file = folder.resolve("disk.raw");
    assertThrows(IllegalArgumentException.class, () -> DemoGuest.writeRaw(file, "x".repeat(1024)));
    assertFalse(Files.exists(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/caf\u00e9", "/a\0b"})
  void refusesWhatTheGuestCouldNotPrint(String commandLine) {
    assertThrows(
        IllegalArgumentException.class,
        () -> DemoGuest.writeRaw(folder.resolve("disk.raw"), commandLine));
  }

  @Test
  void doesNotOverwriteAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("disk.raw"), "mine");
    assertThrows(FileAlreadyExistsException.class, () -> DemoGuest.writeRaw(file, "/hello"));
    assertEquals("mine", Files.readString(file));
  }

  private ByteBuffer disk(String commandLine) throws IOException {
    Path file = folder.resolve("disk.raw");
    DemoGuest.writeRaw(file, commandLine);
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer disk, int offset, int length) {
    byte[] bytes = new byte[length];
    disk.get(offset, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** Head, sector and cylinder of a sector number below 1024 cylinders. */
  private static byte[] chs(int sector) {
    int cylinder = sector / 63 / 255;
    return new byte[] {
      (byte) (sector / 63 % 255), (byte) (sector % 63 + 1 + (cylinder >> 8 << 6)), (byte) cylinder
    };
  }
}
