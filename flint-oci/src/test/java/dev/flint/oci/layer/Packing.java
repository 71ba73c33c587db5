package dev.flint.oci.layer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/** Packs disks from memory into memory, and back. */
public record Packing(Codec codec, ChunkSizes sizes, int threads) {
  /** Those of this machine. */
  public static final Codecs CODECS = Codecs.ofThisMachine();

  /** So that small disks have many chunks. */
  public static final ChunkSizes SMALL = new ChunkSizes(512, 2048, 16 * 1024);

  /** A layer in memory. */
  public static final class Packed {
    private final byte[] blob;
    private final PackedLayer layer;

    Packed(byte[] blob, PackedLayer layer) {
      this.blob = blob;
      this.layer = layer;
    }

    /** The layer's bytes. */
    public byte[] blob() {
      return blob;
    }

    /** What packing found out. */
    public PackedLayer layer() {
      return layer;
    }

    /** As a manifest names the layer. */
    public Descriptor descriptor() {
      Map<String, String> annotations = new TreeMap<>(layer.tableAnnotations());
      annotations.put(FeatherKeys.LAYER_ENCODER, layer.encoder());
      return Descriptor.of(layer.compression().mediaType(), Digest.sha256(blob), blob.length)
          .withAnnotations(annotations);
    }

    /** The layer with its table, if it is found. */
    public Optional<SeekableLayer> seekable() throws IOException {
      return SeekableLayer.find(descriptor(), range(blob));
    }
  }

  /** As the command line packs. */
  public static Packing usual() throws IOException {
    return new Packing(CODECS.gzip(DeflateChoice.JDK, 6), ChunkSizes.USUAL, 2);
  }

  /** Into many chunks. */
  public static Packing small() throws IOException {
    return new Packing(CODECS.gzip(DeflateChoice.JDK, 1), SMALL, 2);
  }

  static Packing zstd() {
    return new Packing(CODECS.zstd(), SMALL, 2);
  }

  /** Parts of bytes. */
  public static BlobRange range(byte[] blob) {
    return (from, length) ->
        Optional.of(new ByteArrayInputStream(blob, Math.toIntExact(from), Math.toIntExact(length)));
  }

  LayerPacker packer() {
    return new LayerPacker(codec, sizes, threads);
  }

  /** Packs a disk of which nothing is known. */
  public Packed pack(byte[] disk, Path folder) throws IOException {
    return pack(disk, at -> 0, folder);
  }

  Packed pack(byte[] disk, LongUnaryOperator knownZeros, Path folder) throws IOException {
    Path file = folder.resolve("disk-of-any-name");
    Files.write(file, disk);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FileChannel channel = FileChannel.open(file)) {
      PackedLayer layer = packer().pack(channel, knownZeros, "disk.qemu", out, n -> {});
      return new Packed(out.toByteArray(), layer);
    }
  }

  /** What the parallel reader gets out of a layer. */
  static byte[] unpack(SeekableLayer layer, byte[] blob, Digest diffId, int threads)
      throws IOException {
    byte[] disk = new byte[Math.toIntExact(layer.table().diskSize())];
    MessageDigest hasher = Digest.sha256Hasher();
    new ParallelUnpacker(CODECS, threads)
        .unpack(
            layer,
            new ByteArrayInputStream(blob),
            diffId,
            1L << 40,
            hasher,
            (position, bytes, length) ->
                System.arraycopy(bytes, 0, disk, Math.toIntExact(position), length));
    if (!Digest.of(hasher.digest()).equals(Digest.sha256(disk))) {
      throw new AssertionError("the hasher was given other bytes than the sink");
    }
    return disk;
  }
}
