package dev.flint.osv.compose;

import dev.flint.oci.disk.GuestSink;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.osv.LaunchLine;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.OsvDisk;
import dev.flint.osv.PartitionEntry;
import dev.flint.osv.RofsTree;
import dev.flint.osv.RofsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A bootable disk of a loader, a root file system and a command line, as Capstan lays it out: the
 * loader's bytes, then from the next 2 MiB on the file system, which entry 2 of the partition table
 * describes and with which the disk ends. The bytes depend on these three alone.
 *
 * <p>What it writes is the guest's disk from its first byte to its last; whether that becomes a raw
 * or a qcow2 file is up to the sink.
 */
public final class DiskComposer {
  private static final int ALIGNMENT = 2 << 20;
  private static final int PIECE = 1 << 20;

  private final Loader loader;
  private final RofsWriter root;
  private final byte[] line;
  private final PartitionEntry partition;

  /**
   * Plans a disk; sizes of files are looked at, contents are not.
   *
   * @throws FlintException USAGE for a command line that is too long or has control characters,
   *     POLICY for a file system beyond what a partition table can describe, and what {@link
   *     RofsWriter} says
   */
  public DiskComposer(Loader loader, RofsTree tree, OsvCommandLine commandLine) throws IOException {
    this.loader = loader;
    this.line = lineArea(commandLine);
    long start = (loader.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    this.root = new RofsWriter(tree, PartitionEntry.MAX_END - start);
    this.partition = new PartitionEntry(PartitionEntry.LINUX, start, root.length());
  }

  private static byte[] lineArea(OsvCommandLine line) throws FlintException {
    int length = line.text().getBytes(StandardCharsets.UTF_8).length;
    if (length > LaunchLine.MAX_BYTES) {
      throw new FlintException(
          ErrorCode.USAGE,
          "a command line of " + length + " bytes: OSv takes " + LaunchLine.MAX_BYTES + " at most",
          "put the command into a file of the disk and boot with runscript");
    }
    if (line.text().chars().anyMatch(c -> c != '\t' && Character.isISOControl(c))) {
      throw new FlintException(ErrorCode.USAGE, "the command line has a control character in it");
    }
    return OsvDisk.lineArea(line);
  }

  /** Bytes of the disk, a multiple of 512. */
  public long size() {
    return partition.start() + partition.length();
  }

  /**
   * Writes the disk, once or again. Reads ahead on a thread of its own; the sink is used by the
   * calling one, and stays the caller's, who made it for {@link #size} bytes.
   *
   * @param meter is told how many bytes of the disk are done, as they are
   * @throws FlintException LOCAL_IO if a file is not what it was when the disk was planned
   */
  public void write(GuestSink target, LongConsumer meter) throws IOException {
    ReadAhead.copy(this::produce, target, meter);
    target.finish();
  }

  private void produce(WritableByteChannel target) throws IOException {
    byte[] piece = new byte[PIECE];
    for (long at = 0; at < partition.start(); at += PIECE) {
      int wanted = (int) Math.max(0, Math.min(PIECE, loader.size() - at));
      int length = Math.min(wanted, loader.disk().read(at, piece));
      if (length < wanted) {
        throw new IntegrityException(loader.name() + " is damaged: it ends early");
      }
      Arrays.fill(piece, length, PIECE, (byte) 0);
      if (at == 0) {
        patch(ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN));
      }
      target.write(ByteBuffer.wrap(piece));
    }
    root.write(target);
  }

  private void patch(ByteBuffer head) {
    head.put(PartitionEntry.TABLE_AT, new byte[4 * PartitionEntry.BYTES]);
    partition.write(head, PartitionEntry.DATA_AT);
    head.put(OsvDisk.LINE_AT, line);
  }
}
