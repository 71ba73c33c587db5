package dev.flint.oci.disk;

import dev.flint.oci.codec.Codec;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * Takes a guest's disk from its start to its end and makes a disk image file of it. The file's
 * bytes depend on the guest's bytes only, not on how they were cut into calls or on the number of
 * threads. It is no disk before {@link #finish} has returned, and nothing is forced to the device.
 * Confined to one thread. The channel stays the caller's.
 */
public interface GuestSink extends AutoCloseable {
  /** The cluster size of qcow2 that everybody uses, in bytes. */
  int USUAL_CLUSTER_SIZE = 1 << 16;

  /** How many bytes of the guest's disk are given so far. */
  long position();

  /**
   * Appends bytes; those that are zero cost nothing in the file.
   *
   * @throws IllegalArgumentException if the disk has no room for so many
   */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /**
   * Appends zeros, terabytes as fast as a few.
   *
   * @param zeros their number, at least 0
   * @throws IllegalArgumentException if the disk has no room for so many
   */
  void skip(long zeros) throws IOException;

  /** Has zeros up to the disk's end, and writes all that makes it a disk. Call it once. */
  void finish() throws IOException;

  /** Ends what threads it has; the file is whatever it is then. */
  @Override
  void close();

  /**
   * Makes a raw disk, whose zeros are holes.
   *
   * @param target is emptied first
   * @param size of the guest's disk in bytes
   */
  static GuestSink raw(FileChannel target, long size) throws IOException {
    return new RawSink(target, size);
  }

  /**
   * Makes a qcow2 file of version 3 that stands alone.
   *
   * @param target is emptied first
   * @param size of the guest's disk in bytes, rounded up to a multiple of 512 with zeros
   * @param clusterSize in bytes, a power of two, 512 to 2 MiB
   * @throws IllegalArgumentException for other cluster sizes
   * @throws FlintException POLICY if the disk is over 64 TiB, or too large for such clusters
   */
  static GuestSink qcow2(FileChannel target, long size, int clusterSize) throws IOException {
    Qcow2Geometry geometry = new Qcow2Geometry(size, clusterSize);
    Qcow2Clusters clusters = new Qcow2Clusters(target, geometry);
    return new Qcow2Sink(geometry, new PlainClusters(clusters));
  }

  /**
   * As {@link #qcow2}, with each cluster compressed that gets smaller.
   *
   * @param codec gzip for the compression that every reader of qcow2 knows, or zstd, for QEMU 5.1
   *     and later
   * @param threads that compress, at least 1; fewer do where clusters are large
   * @throws IllegalArgumentException for a codec that does not compress
   */
  static GuestSink packedQcow2(
      FileChannel target, long size, int clusterSize, Codec codec, int threads) throws IOException {
    Qcow2Geometry geometry = new Qcow2Geometry(size, clusterSize);
    ClusterPacking packing = ClusterPacking.of(codec);
    Qcow2Clusters clusters = new Qcow2Clusters(target, geometry);
    return new Qcow2Sink(geometry, new PackedClusters(clusters, packing, threads));
  }
}
