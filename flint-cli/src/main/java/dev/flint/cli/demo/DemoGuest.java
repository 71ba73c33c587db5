package dev.flint.cli.demo;

import dev.flint.oci.disk.GuestSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Disks of the tiny guest in {@code examples/osv-hello/guest}, laid out as OSv lays out its own:
 * boot sector, command line, loader from sector 128 on, and a data partition that entry 2 of the
 * partition table describes. The guest needs a BIOS and one disk, says its lines on COM1 and powers
 * off, or does what words of its command line ask for.
 */
public final class DemoGuest {
  /** Size of a disk in bytes. */
  public static final long DISK_SIZE = 4L << 20;

  /** The longest command line in bytes; OSv's own setter takes no more either. */
  public static final int MAX_COMMAND_LINE = 1023;

  private static final int SECTOR = 512;
  private static final long COMMAND_LINE_OFFSET = SECTOR;
  private static final long LOADER_OFFSET = 128L * SECTOR;
  private static final long PARTITION_OFFSET = 2L << 20;
  static final String PARTITION_TEXT = "Flint demo data partition\n";

  private DemoGuest() {}

  /**
   * Writes a raw disk, sparse where the file system can.
   *
   * @param file must not exist yet
   * @param commandLine what the guest finds at byte 512: ASCII without NUL, at most {@value
   *     #MAX_COMMAND_LINE} bytes
   * @throws IllegalArgumentException if the command line is anything else
   */
  public static void writeRaw(Path file, String commandLine) throws IOException {
    SortedMap<Long, byte[]> pieces = pieces(commandLine);
    try (FileChannel disk = create(file)) {
      write(GuestSink.raw(disk, DISK_SIZE), pieces);
    }
  }

  /**
   * Writes the same disk as a qcow2 file.
   *
   * @param file must not exist yet
   * @param commandLine as for {@link #writeRaw}
   */
  public static void writeQcow2(Path file, String commandLine) throws IOException {
    SortedMap<Long, byte[]> pieces = pieces(commandLine);
    try (FileChannel disk = create(file)) {
      write(GuestSink.qcow2(disk, DISK_SIZE, GuestSink.USUAL_CLUSTER_SIZE), pieces);
    }
  }

  /** All that is not zero on a disk, by offset. */
  private static SortedMap<Long, byte[]> pieces(String commandLine) throws IOException {
    if (commandLine.length() > MAX_COMMAND_LINE) {
      throw new IllegalArgumentException(
          "command line of " + commandLine.length() + " bytes, more than " + MAX_COMMAND_LINE);
    }
    if (commandLine.chars().anyMatch(c -> c == 0 || c > 0x7f)) {
      throw new IllegalArgumentException("command line is not ASCII without NUL");
    }
    byte[] guest = packaged();
    SortedMap<Long, byte[]> pieces = new TreeMap<>();
    pieces.put(0L, Arrays.copyOf(guest, SECTOR));
    pieces.put(COMMAND_LINE_OFFSET, commandLine.getBytes(StandardCharsets.US_ASCII));
    pieces.put(LOADER_OFFSET, Arrays.copyOfRange(guest, SECTOR, guest.length));
    pieces.put(PARTITION_OFFSET, PARTITION_TEXT.getBytes(StandardCharsets.US_ASCII));
    return pieces;
  }

  /** The assembled guest: boot sector and loader, one after the other. */
  static byte[] packaged() throws IOException {
    try (InputStream in = DemoGuest.class.getResourceAsStream("guest.bin")) {
      if (in == null) {
        throw new IllegalStateException("guest.bin is not packaged with Flint");
      }
      return in.readAllBytes();
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void write(GuestSink disk, SortedMap<Long, byte[]> pieces) throws IOException {
    try (disk) {
      for (Map.Entry<Long, byte[]> piece : pieces.entrySet()) {
        disk.skip(piece.getKey() - disk.position());
        disk.write(piece.getValue(), 0, piece.getValue().length);
      }
      disk.finish();
    }
  }
}
