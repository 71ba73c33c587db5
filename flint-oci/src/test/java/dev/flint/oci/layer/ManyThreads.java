package dev.flint.oci.layer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.store.FirstBytes;
import dev.flint.testing.Patchwork;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/** Packs and unpacks the largest chunks there are, on more cores than machines have today. */
final class ManyThreads {
  private static final int THREADS = 64;
  private static final ChunkSizes LARGE = new ChunkSizes(1 << 20, 2 << 20, ChunkTable.MAX_CHUNK);

  private ManyThreads() {}

  public static void main(String[] args) throws IOException {
    Path disk = Path.of(args[0]);
    Path blob = disk.resolveSibling("layer");
    try (OutputStream out = Files.newOutputStream(disk)) {
      for (int i = 0; i < 150; i++) {
        out.write(Patchwork.noise(i, 1 << 20));
      }
    }
    PackedLayer packed = pack(disk, blob);
    Descriptor descriptor =
        Descriptor.of(packed.compression().mediaType(), packed.diffId(), Files.size(blob))
            .withAnnotations(packed.tableAnnotations());
    BlobRange range =
        (from, length) ->
            Optional.of(
                new FirstBytes(
                    Channels.newInputStream(FileChannel.open(blob).position(from)), length));
    SeekableLayer layer = SeekableLayer.find(descriptor, range).orElseThrow();
    MessageDigest hasher = Digest.sha256Hasher();
    try (InputStream in = Files.newInputStream(blob)) {
      new ParallelUnpacker(Packing.CODECS, THREADS)
          .unpack(layer, in, packed.diffId(), 1L << 30, hasher, (position, bytes, length) -> {});
    }
    boolean same = Digest.of(hasher.digest()).equals(packed.diskDigest());
    System.out.print(same ? "the same disk" : "another disk");
  }

  private static PackedLayer pack(Path disk, Path blob) throws IOException {
    try (FileChannel channel = FileChannel.open(disk);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(blob))) {
      return new LayerPacker(Packing.CODECS.gzip(DeflateChoice.AUTO, 1), LARGE, THREADS)
          .pack(channel, at -> 0, "disk.raw", out, n -> {});
    }
  }
}
