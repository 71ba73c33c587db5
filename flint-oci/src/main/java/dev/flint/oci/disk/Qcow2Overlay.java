package dev.flint.oci.disk;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * Writes a qcow2 file whose guest sees a base disk with a few bytes changed, and whose own writes
 * go to this file: the base stays as it is and may be shared. The header names the base and its
 * format, so that nobody guesses it. {@link DiskProbe} refuses such a file, as it should those of
 * strangers.
 */
public final class Qcow2Overlay {
  private static final int SIZE = GuestSink.USUAL_CLUSTER_SIZE;

  private final Qcow2Clusters clusters;
  private final GuestBytes guest;
  private final SortedMap<Long, byte[]> patches;

  private Qcow2Overlay(Qcow2Clusters clusters, GuestBytes guest, SortedMap<Long, byte[]> patches) {
    this.clusters = clusters;
    this.guest = guest;
    this.patches = patches;
  }

  /**
   * Replaces what is in the target by an overlay. Nothing is forced to the device.
   *
   * @param base the base's file, an absolute path of at most 1023 bytes
   * @param format the base's
   * @param guest the base as its guest sees it, at most 64 TiB
   * @param patches what the guest shall see instead, by offset, within its disk
   * @throws FlintException UNSUPPORTED if no overlay can name the base, POLICY if it is too large
   */
  public static void write(
      FileChannel target,
      Path base,
      DiskFormat format,
      GuestBytes guest,
      SortedMap<Long, byte[]> patches)
      throws IOException {
    Qcow2Geometry geometry = new Qcow2Geometry(guest.size(), SIZE);
    for (Map.Entry<Long, byte[]> patch : patches.entrySet()) {
      if (patch.getKey() < 0 || patch.getKey() > guest.size() - patch.getValue().length) {
        throw new IllegalArgumentException("a patch at " + patch.getKey() + " leaves the disk");
      }
    }
    Qcow2Backing backing = backing(base, format);
    Qcow2Clusters clusters = new Qcow2Clusters(target, geometry);
    new Qcow2Overlay(clusters, guest, patches).write(backing);
  }

  private static Qcow2Backing backing(Path base, DiskFormat format) throws FlintException {
    if (!base.isAbsolute()) {
      throw new IllegalArgumentException("not an absolute path: " + base);
    }
    String name = base.toString();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name) || name.indexOf('\ufffd') >= 0) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "the path of the disk " + base + " is not UTF-8");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > Qcow2Backing.MAX_NAME) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "the path of the disk " + base + " is longer than " + Qcow2Backing.MAX_NAME + " bytes",
          "keep disks in a folder with a shorter path");
    }
    return new Qcow2Backing(name, format.id());
  }

  /** Writes the clusters that are touched, and what leads to them. */
  private void write(Qcow2Backing backing) throws IOException {
    Qcow2Tables tables = new Qcow2Tables(clusters);
    long done = -1;
    for (Map.Entry<Long, byte[]> patch : patches.entrySet()) {
      long end = patch.getKey() + patch.getValue().length;
      long first = Math.max(done + 1, patch.getKey() / SIZE);
      for (long block = first; block * SIZE < end; block++) {
        tables.put(block, clusters.append(patched(block * SIZE), 0, SIZE) | Qcow2Clusters.COPIED);
        done = block;
      }
    }
    tables.finish();
    clusters.finish(backing, BlockCodec.DEFLATE);
  }

  /** A cluster of the base with all that is changed in it. */
  private byte[] patched(long start) throws IOException {
    byte[] cluster = new byte[SIZE];
    Arrays.fill(cluster, guest.read(start, cluster), cluster.length, (byte) 0);
    for (Map.Entry<Long, byte[]> patch : patches.entrySet()) {
      long at = patch.getKey();
      long from = Math.max(start, at);
      long to = Math.min(start + cluster.length, at + patch.getValue().length);
      if (from < to) {
        System.arraycopy(
            patch.getValue(), (int) (from - at), cluster, (int) (from - start), (int) (to - from));
      }
    }
    return cluster;
  }
}
