package dev.flint.osv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestReader;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OsvDiskTest {
  private static final int AREA_END = 512 + 63 * 512;
  private static final String LINE = "--env=A=b\\ c --rootfs=zfs /hello.so \"x y\"";

  @TempDir Path folder;

  /** A raw disk laid out like OSv's. */
  private static byte[] osvDisk(String line) {
    byte[] disk = new byte[1 << 20];
    disk[0x1b8] = 'V';
    disk[0x1b9] = 'S';
    disk[0x1ba] = 'O';
    disk[0x1fe] = 0x55;
    disk[0x1ff] = (byte) 0xaa;
    byte[] text = line.getBytes(UTF_8);
    System.arraycopy(text, 0, disk, 512, text.length);
    return disk;
  }

  private OsvDisk read(byte[] disk) throws IOException {
    return read(Files.write(folder.resolve("disk"), disk));
  }

  private static OsvDisk read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      DiskInfo info = DiskProbe.probe(channel, "disk");
      return OsvDisk.read(GuestReader.open(channel, info), info);
    }
  }

  @Test
  void readsTheLineOfARawDisk() throws Exception {
    OsvDisk disk = read(osvDisk(LINE));
    assertTrue(disk.isOsv());
    assertEquals(Optional.of(new OsvCommandLine(LINE)), disk.commandLine());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-O qcow2",
        "-O qcow2 -o compat=0.10",
        "-O qcow2 -o cluster_size=512",
        "-O qcow2 -c",
        "-O vdi",
        "-O vmdk"
      })
  void readsTheLineThroughTheMappingOfAnyFormat(String options) throws Exception {
    Path raw = Files.write(folder.resolve("raw"), osvDisk(LINE));
    Path disk = folder.resolve("disk");
    String[] words = ("qemu-img convert -f raw " + options + " " + raw + " " + disk).split(" ", -1);
    Command.run((Object[]) words).ok();
    assertEquals(Optional.of(new OsvCommandLine(LINE)), read(disk).commandLine());
  }

  @Test
  void anEmptyLineIsALine() throws Exception {
    assertEquals(Optional.of(new OsvCommandLine("")), read(osvDisk("")).commandLine());
  }

  @Test
  void aLineMayFillItsArea() throws Exception {
    String full = "a".repeat(63 * 512 - 1);
    assertEquals(Optional.of(new OsvCommandLine(full)), read(osvDisk(full)).commandLine());
    OsvDisk over = read(osvDisk(full + "a"));
    assertTrue(over.isOsv());
    assertEquals(Optional.empty(), over.commandLine());
  }

  @Test
  void aLineMustEndBeforeTheDiskDoes() throws Exception {
    byte[] disk = osvDisk("a".repeat(1000));
    assertEquals(Optional.empty(), read(Arrays.copyOf(disk, 1024)).commandLine());
    assertEquals(Optional.empty(), read(Arrays.copyOf(disk, 512)).commandLine());
    assertTrue(read(Arrays.copyOf(disk, AREA_END)).commandLine().isPresent());
  }

  @Test
  void takesNoLineFromADiskThatIsNotOsvs() throws Exception {
    byte[] unsigned = osvDisk(LINE);
    unsigned[0x1b8] = 'X';
    assertFalse(read(unsigned).isOsv());
    assertEquals(Optional.empty(), read(unsigned).commandLine());

    byte[] unbootable = osvDisk(LINE);
    unbootable[0x1fe] = 0;
    assertFalse(read(unbootable).isOsv());
    assertEquals(Optional.empty(), read(unbootable).commandLine());
  }
}
