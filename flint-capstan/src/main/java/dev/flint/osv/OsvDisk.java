package dev.flint.osv;

import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.GuestBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the first 32 KiB of a guest's disk say about OSv, by the layout OSv's build gives its x86-64
 * images: a boot sector with the disk signature {@code VSO}, then the command line up to a NUL
 * within sectors 1 to 63.
 */
public final class OsvDisk {
  private static final int SIGNATURE_AT = 0x1b8;
  private static final byte[] SIGNATURE = "VSO".getBytes(StandardCharsets.US_ASCII);

  /** Where the command line starts, in bytes from the start of the guest's disk. */
  public static final int LINE_AT = 512;

  private static final int LINE_AREA = 63 * 512;

  private final boolean osv;
  private final Optional<OsvCommandLine> commandLine;

  private OsvDisk(boolean osv, Optional<OsvCommandLine> commandLine) {
    this.osv = osv;
    this.commandLine = commandLine;
  }

  /**
   * Looks at a disk.
   *
   * @param guest the disk's content as the guest sees it
   * @throws IOException if the disk cannot be read
   */
  public static OsvDisk read(GuestBytes guest, DiskInfo info) throws IOException {
    byte[] head = new byte[LINE_AT + LINE_AREA];
    int length = guest.read(0, head);
    if (!info.bootSector() || length < LINE_AT) {
      return new OsvDisk(false, Optional.empty());
    }
    boolean osv =
        Arrays.equals(
            head, SIGNATURE_AT, SIGNATURE_AT + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    return new OsvDisk(
        osv,
        osv ? OsvCommandLine.decode(Arrays.copyOfRange(head, LINE_AT, length)) : Optional.empty());
  }

  /**
   * What the area from {@link #LINE_AT} on must hold for a guest to boot with a line: the line and
   * zeros in place of all that an earlier one left.
   */
  public static byte[] lineArea(OsvCommandLine line) {
    byte[] text = line.text().getBytes(StandardCharsets.UTF_8);
    if (text.length >= LINE_AREA) {
      throw new IllegalArgumentException("a command line of " + text.length + " bytes");
    }
    return Arrays.copyOf(text, LINE_AREA);
  }

  /** Whether the disk carries OSv's signature. */
  public boolean isOsv() {
    return osv;
  }

  /**
   * The command line; empty if the disk is not OSv's, the line does not end within its 32 256 bytes
   * or it is no text. A line without a character is present.
   */
  public Optional<OsvCommandLine> commandLine() {
    return commandLine;
  }
}
