package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * Decides what a disk image file is, by its content alone, and whether it is whole, stands alone
 * and is safe to hand to a hypervisor. No process is started and no other file is opened. Anything
 * without a known signature is a raw disk.
 */
public final class DiskProbe {
  private static final int TEXT_HEAD = 2048;
  private static final String QCOW2_INSTEAD = "make a qcow2 of it, which says what it is";

  /** A packed block's length is known to so many bytes where it is known to the sector. */
  private static final int SECTOR_REST = 511;

  private DiskProbe() {}

  /**
   * Probes a file of unknown format.
   *
   * @param name how messages call the file
   * @throws FlintException POLICY if it names other files or is over a limit, UNSUPPORTED if it is
   *     of a kind or has a feature that Flint does not carry, INTEGRITY if it is damaged
   */
  public static DiskInfo probe(FileChannel channel, String name) throws IOException {
    DiskFile file = DiskFile.of(channel, name);
    DiskFormat format = identify(file, file);
    if (format == DiskFormat.RAW) {
      Optional<ForeignFormat> foreign = ForeignFormat.of(file);
      if (foreign.isPresent()) {
        throw file.unsupported("it is " + foreign.get().label(), foreign.get().remedy());
      }
    }
    return inspect(file, format);
  }

  /**
   * Probes a file that was declared to have a format. A file declared raw that any hypervisor might
   * take for something else is refused by POLICY, another mismatch is UNSUPPORTED; the rest is as
   * in {@link #probe(FileChannel, String)}.
   */
  public static DiskInfo probe(FileChannel channel, String name, DiskFormat declared)
      throws IOException {
    DiskFile file = DiskFile.of(channel, name);
    DiskFormat found = identify(file, file);
    if (declared == DiskFormat.RAW) {
      if (found != DiskFormat.RAW) {
        throw file.refused("it is declared raw but has the signature of %s".formatted(found.id()));
      }
      Optional<ForeignFormat> foreign = ForeignFormat.of(file);
      if (foreign.isPresent()) {
        throw file.refused("it is declared raw but it is %s".formatted(foreign.get().label()));
      }
    } else if (found != declared) {
      throw file.unsupported("it is declared " + declared.id() + " but is not", "");
    }
    return inspect(file, found);
  }

  /**
   * Whether what the guest of a disk sees can be a raw disk of its own: it is not empty, and no
   * hypervisor would take it for something else.
   *
   * @param info what {@link #probe(FileChannel, String)} found
   * @param name how messages call the file
   * @throws FlintException UNSUPPORTED if it is empty, POLICY if it would be taken
   */
  public static void requireRawGuest(FileChannel channel, DiskInfo info, String name)
      throws IOException {
    DiskFile file = DiskFile.of(channel, name);
    GuestReader guest = GuestReader.open(channel, info);
    if (guest.size() == 0) {
      throw file.unsupported("its guest's disk is empty", QCOW2_INSTEAD);
    }
    DiskFormat format = identify(guest, file);
    String inside =
        format == DiskFormat.RAW
            ? ForeignFormat.of(guest).map(foreign -> "is " + foreign.label()).orElse("")
            : "has the signature of " + format.id();
    if (!inside.isEmpty()) {
      throw file.refused("what its guest sees " + inside + ", so it cannot be raw", QCOW2_INSTEAD);
    }
  }

  private static DiskFormat identify(GuestBytes content, DiskFile file) throws IOException {
    if (content.size() == 0) {
      throw file.unsupported("it is empty", "");
    }
    if (content.has(0, Qcow2Header.MAGIC)) {
      return DiskFormat.QCOW2;
    }
    if (content.has(0, VmdkHeader.MAGIC)) {
      return DiskFormat.VMDK;
    }
    if (content.has(VdiMap.MAGIC_OFFSET, VdiMap.MAGIC)) {
      return DiskFormat.VDI;
    }
    byte[] head = new byte[(int) Math.min(TEXT_HEAD, content.size())];
    content.read(0, head);
    if (VmdkDescriptor.startsLikeTextFile(head)) {
      throw file.refused("it is a VMDK descriptor, which names other files");
    }
    return DiskFormat.RAW;
  }

  private static DiskInfo inspect(DiskFile file, DiskFormat format) throws IOException {
    BlockMap map = GuestReader.map(file, format);
    boolean compressed = format != DiskFormat.RAW && walk(file, map);
    return new DiskInfo(
        format, map.virtualSize(), file.size(), hasBootSector(file, map), compressed);
  }

  /** Looks at the place of every block; returns whether any is compressed. */
  private static boolean walk(DiskFile file, BlockMap map) throws IOException {
    boolean compressed = false;
    long unread = file.size();
    long unseen = file.size();
    long tables = BlockMap.ceilDiv(map.blocks(), map.blocksPerTable());
    for (long table = 0; table < tables; table++) {
      if (!map.hasTable(table)) {
        continue;
      }
      // Tables that share bytes could make a small file endless work.
      unread -= map.tableSize();
      if (unread < 0) {
        throw file.damaged("its tables overlap");
      }
      long first = table * map.blocksPerTable();
      long end = Math.min(first + map.blocksPerTable(), map.blocks());
      for (long block = first; block < end; block++) {
        Place place = map.place(block);
        compressed |= place instanceof Place.Packed;
        // Likewise blocks: a small file would be a disk that fills any other.
        unseen -= leastBytes(map, block, place);
        if (unseen < 0) {
          throw file.damaged("its blocks overlap");
        }
      }
    }
    return compressed;
  }

  /** How much of the file a block takes for itself, at least. */
  private static long leastBytes(BlockMap map, long block, Place place) {
    if (place instanceof Place.Packed packed) {
      return Math.max(1, packed.length() - SECTOR_REST);
    }
    return place instanceof Place.Stored ? map.visible(block) : 0;
  }

  private static boolean hasBootSector(DiskFile file, BlockMap map) throws IOException {
    byte[] signature = new byte[2];
    int count = GuestReader.of(file, map).read(510, signature);
    return count == 2 && signature[0] == 0x55 && signature[1] == (byte) 0xaa;
  }
}
