package dev.flint.osv.compose;

import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestBytes;
import dev.flint.oci.disk.GuestReader;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.osv.OsvDisk;
import dev.flint.osv.PartitionEntry;
import dev.flint.osv.RofsReader;
import dev.flint.osv.RootFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * What boots OSv, from a disk of any format: boot sector, and the kernel from sector 128 on. The
 * disk may be a whole image; then the loader is what lies before its data partition. Not for use by
 * several threads; the channel stays the caller's.
 */
public final class Loader {
  /** The largest loader in bytes; OSv's own have some 10 MiB. */
  public static final long MAX_SIZE = 256L << 20;

  private static final int KERNEL_AT = 128 * 512;

  /** Where the boot sector has the number of pieces that it loads, and what each has. */
  private static final int PIECES_AT = 0x10;

  private static final int PIECE = 32 << 10;

  private final String name;
  private final GuestBytes disk;
  private final PartitionEntry partition;
  private final long size;
  private final RootFileSystem root;

  private Loader(
      String name, GuestBytes disk, PartitionEntry partition, long size, RootFileSystem root) {
    this.name = name;
    this.disk = disk;
    this.partition = partition;
    this.size = size;
    this.root = root;
  }

  /**
   * Looks at a disk.
   *
   * @param name how messages call it
   * @throws FlintException what {@link DiskProbe} says; UNSUPPORTED if it does not boot OSv,
   *     INTEGRITY if it ends within the kernel, POLICY if the loader is over {@link #MAX_SIZE}
   */
  public static Loader open(FileChannel channel, String name) throws IOException {
    DiskInfo info = DiskProbe.probe(channel, name);
    GuestReader guest = GuestReader.open(channel, info);
    if (!OsvDisk.read(guest, info).isOsv()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          name + " is no loader of OSv: it has not OSv's boot sector",
          "give the osv-loader.qemu of an OSv release, or a disk that Capstan composed");
    }
    byte[] head = new byte[512];
    guest.read(0, head);
    ByteBuffer boot = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    PartitionEntry partition = PartitionEntry.read(boot, PartitionEntry.DATA_AT);
    long size = partition.isUsed() ? partition.start() : guest.size();
    if (size > guest.size()
        || size < KERNEL_AT + (long) Short.toUnsignedInt(boot.getShort(PIECES_AT)) * PIECE) {
      throw new IntegrityException(name + " is damaged: its kernel is cut short");
    }
    if (size > MAX_SIZE) {
      throw new FlintException(
          ErrorCode.POLICY, "refused " + name + ": a loader of " + size + " bytes");
    }
    return new Loader(name, guest, partition, size, RootFileSystem.read(guest));
  }

  /** How messages call it. */
  public String name() {
    return name;
  }

  /** What the disk has a file system of, behind the loader. */
  public RootFileSystem root() {
    return root;
  }

  /**
   * Opens the file system of a disk whose {@link #root} is ROFS.
   *
   * @throws FlintException as {@link RofsReader#open}
   */
  public RofsReader openRoot() throws IOException {
    return RofsReader.open(disk, partition.start());
  }

  /** Bytes before the data partition. */
  long size() {
    return size;
  }

  GuestBytes disk() {
    return disk;
  }
}
