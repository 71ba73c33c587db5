package dev.flint.oci.disk;

import dev.flint.oci.codec.Codec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** What kind of disk file is to be made. */
public sealed interface TargetShape {
  /** The guest's bytes as they are. */
  record Raw() implements TargetShape {}

  /**
   * A qcow2 file of version 3.
   *
   * @param clusterSize in bytes, a power of two, 512 to 2 MiB
   * @param codec for its clusters: gzip for deflate, or zstd; empty: they are not compressed
   */
  record Qcow2(int clusterSize, Optional<Codec> codec) implements TargetShape {}

  /** A qcow2 file with clusters of the usual size. */
  static TargetShape qcow2(Optional<Codec> codec) {
    return new Qcow2(GuestSink.USUAL_CLUSTER_SIZE, codec);
  }

  /** The format of the file. */
  default DiskFormat format() {
    return this instanceof Raw ? DiskFormat.RAW : DiskFormat.QCOW2;
  }

  /** Begins a disk of so many bytes; at most so many threads compress. */
  default GuestSink open(FileChannel target, long size, int threads) throws IOException {
    if (!(this instanceof Qcow2 qcow2)) {
      return GuestSink.raw(target, size);
    }
    return qcow2.codec().isPresent()
        ? GuestSink.packedQcow2(target, size, qcow2.clusterSize(), qcow2.codec().get(), threads)
        : GuestSink.qcow2(target, size, qcow2.clusterSize());
  }
}
