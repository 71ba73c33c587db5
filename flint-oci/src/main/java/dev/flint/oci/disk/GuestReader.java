package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * Reads what the guest would see on a disk image of any format. Keeps one page of each table and
 * one decompressed block, so at most a few MiB. Every offset is checked again when it is used. Not
 * for use by several threads. The channel stays the caller's.
 */
public final class GuestReader implements GuestBytes {
  private final DiskFile file;
  private final BlockMap map;
  private final KnownZeros knownZeros;
  private byte[] unpacked = new byte[0];
  private long unpackedBlock = -1;

  private GuestReader(DiskFile file, BlockMap map, KnownZeros knownZeros) {
    this.file = file;
    this.map = map;
    this.knownZeros = knownZeros;
  }

  /**
   * A reader of a disk that {@link DiskProbe} has accepted.
   *
   * @throws FlintException if the file is no such disk any more
   */
  public static GuestReader open(FileChannel channel, DiskInfo info) throws IOException {
    return open(channel, info, offset -> 0);
  }

  /**
   * As {@link #open(FileChannel, DiskInfo)}, of a file with holes.
   *
   * @param knownZeros how many bytes of the file from an offset on are known to be zero without
   *     looking; 0 is always right
   */
  static GuestReader open(FileChannel channel, DiskInfo info, LongUnaryOperator knownZeros)
      throws IOException {
    DiskFile file = DiskFile.of(channel, "(" + info.format().id() + ")");
    return new GuestReader(file, map(file, info.format()), new KnownZeros(knownZeros));
  }

  static GuestReader of(DiskFile file, BlockMap map) {
    return new GuestReader(file, map, new KnownZeros(offset -> 0));
  }

  static BlockMap map(DiskFile file, DiskFormat format) throws IOException {
    return switch (format) {
      case RAW -> {
        file.requireVirtualSize(file.size());
        yield new RawMap(file.size());
      }
      case QCOW2 -> new Qcow2Map(file);
      case VDI -> new VdiMap(file);
      case VMDK -> new VmdkMap(file);
    };
  }

  @Override
  public long size() {
    return map.virtualSize();
  }

  /** Bytes that are stored together, at most 2 MiB. */
  int blockSize() {
    return map.blockSize();
  }

  /**
   * How many bytes from an offset on are zero as nothing is stored for them. Tables that are not
   * there are passed over in one step.
   *
   * @param limit the most that is of interest
   */
  long zerosAt(long offset, long limit) throws IOException {
    long end = offset + Math.min(limit, size() - offset);
    long at = offset;
    while (at < end) {
      long next = at + zerosInBlock(at);
      if (next == at) {
        break;
      }
      at = next;
    }
    return Math.min(at, end) - offset;
  }

  /** As {@link #zerosAt}, up to the end of a block or of a table that is not there. */
  private long zerosInBlock(long offset) throws IOException {
    long block = offset / map.blockSize();
    long table = block / map.blocksPerTable();
    if (!map.hasTable(table)) {
      return (table + 1) * map.blocksPerTable() * map.blockSize() - offset;
    }
    long inBlock = (block + 1) * map.blockSize() - offset;
    Place place = map.place(block);
    if (place instanceof Place.Stored stored) {
      if (map instanceof RawMap) {
        // The next block lies right behind, so a hole of many is one step.
        return knownZeros.at(stored.offset() + map.blockSize() - inBlock);
      }
      return Math.min(inBlock, knownZeros.at(stored.offset() + map.blockSize() - inBlock));
    }
    return place instanceof Place.Zero ? inBlock : 0;
  }

  /**
   * {@inheritDoc}
   *
   * @throws FlintException INTEGRITY if the disk is damaged where it is read
   */
  @Override
  public int read(long offset, byte[] into) throws IOException {
    return read(offset, into, into.length);
  }

  /** As {@link #read(long, byte[])}, of at most {@code length} bytes. */
  int read(long offset, byte[] into, int length) throws IOException {
    if (offset < 0) {
      throw new IllegalArgumentException("negative offset " + offset);
    }
    int wanted = (int) Math.max(0, Math.min(length, size() - offset));
    int done = 0;
    while (done < wanted) {
      long block = (offset + done) / map.blockSize();
      int within = (int) ((offset + done) % map.blockSize());
      int count = Math.min(wanted - done, map.blockSize() - within);
      Place place = map.place(block);
      if (place instanceof Place.Stored stored) {
        file.read(stored.offset() + within, into, done, count, "data");
      } else if (place instanceof Place.Packed packed) {
        System.arraycopy(unpack(block, packed), within, into, done, count);
      } else {
        Arrays.fill(into, done, done + count, (byte) 0);
      }
      done += count;
    }
    return wanted;
  }

  private byte[] unpack(long block, Place.Packed place) throws IOException {
    if (block != unpackedBlock) {
      unpackedBlock = -1;
      if (unpacked.length == 0) {
        unpacked = new byte[map.blockSize()];
      }
      byte[] packed = file.read(place.offset(), place.length(), "compressed data").array();
      int produced;
      try {
        produced = place.codec().decode(packed, packed.length, unpacked);
      } catch (IOException e) {
        throw file.damaged(
            "compressed data at offset %d: %s".formatted(place.offset(), e.getMessage()));
      }
      if (produced < map.visible(block)) {
        throw file.damaged("compressed data at offset %d is cut short".formatted(place.offset()));
      }
      unpackedBlock = block;
    }
    return unpacked;
  }
}
