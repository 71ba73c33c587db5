package dev.flint.oci.convert;

import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.GuestSink;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** What a conversion is to make. */
public sealed interface TargetShape {
  /** The guest's bytes as they are. */
  record Raw() implements TargetShape {}

  /**
   * A qcow2 file of version 3.
   *
   * @param clusterSize in bytes, a power of two, 512 to 2 MiB
   * @param codec for its clusters: gzip for deflate, zstd, or none
   */
  record Qcow2(int clusterSize, Codec codec) implements TargetShape {}

  /** The format of the file. */
  default DiskFormat format() {
    return this instanceof Raw ? DiskFormat.RAW : DiskFormat.QCOW2;
  }

  /** Begins a disk of so many bytes; at most so many threads compress. */
  default GuestSink open(FileChannel target, long size, int threads) throws IOException {
    if (!(this instanceof Qcow2 qcow2)) {
      return GuestSink.raw(target, size);
    }
    return qcow2.codec().compression() == Compression.NONE
        ? GuestSink.qcow2(target, size, qcow2.clusterSize())
        : GuestSink.packedQcow2(target, size, qcow2.clusterSize(), qcow2.codec(), threads);
  }
}
