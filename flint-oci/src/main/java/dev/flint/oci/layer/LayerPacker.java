package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.chunk.Chunk;
import dev.flint.oci.chunk.ChunkReader;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/**
 * Makes the one layer of a disk image: a tar of the disk and its table of contents, compressed
 * chunk by chunk on all cores (docs/format.md, "Layer"). Nothing in it depends on when, where, by
 * whom or on how many threads it was made. One pass over the disk, constant memory. Immutable.
 */
public final class LayerPacker {
  /** The threads that compress, and those that hash: a chunk has three users. */
  private static final int USERS = 3;

  private final Codec codec;
  private final ChunkSizes sizes;
  private final int threads;

  /**
   * Packs by a codec.
   *
   * @param threads that compress, at least 1; fewer do where chunks are large
   */
  public LayerPacker(Codec codec, ChunkSizes sizes, int threads) {
    this.codec = codec;
    this.sizes = sizes;
    // A chunk and its unit.
    this.threads = OrderedWork.affordable(threads, 2L * sizes.max());
  }

  /** What it makes. */
  public Compression compression() {
    return codec.compression();
  }

  /**
   * Packs a disk.
   *
   * @param disk read from its start to its end
   * @param knownZeros how many bytes from an offset on are known to be zero without looking; 0 is
   *     always right
   * @param entryName the name of the file in the archive
   * @param out takes the layer; stays open
   * @param meter is told the disk bytes as they are read
   * @throws FlintException LOCAL_IO if the disk changes its length meanwhile, POLICY if it is too
   *     large for a table
   */
  public PackedLayer pack(
      FileChannel disk,
      LongUnaryOperator knownZeros,
      String entryName,
      OutputStream out,
      LongConsumer meter)
      throws IOException {
    long size = disk.size();
    UnitCache cache = new UnitCache();
    BufferPool buffers = new BufferPool(OrderedWork.limit(threads) + USERS, sizes.max());
    ChunkReader reader = new ChunkReader(disk, knownZeros, sizes, buffers);
    LayerOutput output = new LayerOutput(out, new ChunkTable.Builder(entryName));
    MessageDigest tarHasher = Digest.sha256Hasher();
    try (OrderedWork<Encoder, Unit> work =
            new OrderedWork<>(threads, () -> new Encoder(codec.newCoder(), cache));
        Encoder own = new Encoder(codec.newCoder(), cache)) {
      byte[] header = TarBlocks.header(entryName, size);
      output.write(own.pack(header, header.length));
      tarHasher.update(header);
      Digest diskDigest;
      try (HashLane tarLane = new HashLane(tarHasher, "flint-tar-hash");
          HashLane diskLane = new HashLane(Digest.sha256Hasher(), "flint-disk-hash")) {
        for (Optional<Chunk> next = reader.next(); next.isPresent(); next = reader.next()) {
          Chunk chunk = next.get().sharedBy(USERS);
          tarLane.update(chunk);
          diskLane.update(chunk);
          if (work.isFull()) {
            output.append(work.take());
          }
          work.give(encoder -> encode(encoder, chunk));
          meter.accept(chunk.length());
        }
        while (!work.isEmpty()) {
          output.append(work.take());
        }
        diskDigest = Digest.of(diskLane.finish().digest());
        tarLane.finish();
      }
      if (disk.size() != size) {
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            "the disk changed while it was read: it had " + size + " bytes",
            "stop the machine that uses it and try again");
      }
      Map<String, String> annotations =
          end(size, diskDigest, output, new UnitStream(own, output, tarHasher));
      return new PackedLayer(
          codec.compression(),
          Digest.of(tarHasher.digest()),
          diskDigest,
          codec.encoder(),
          annotations);
    }
  }

  private Map<String, String> end(
      long diskSize, Digest diskDigest, LayerOutput output, UnitStream rest) throws IOException {
    Optional<TableFormat> format = TableFormat.of(codec.compression());
    if (format.isEmpty()) {
      rest.write(TarBlocks.end(diskSize));
      rest.endUnit();
      return Map.of();
    }
    rest.write(new byte[format.get().zerosAfter(diskSize)]);
    rest.endUnit();
    return format.get().append(output.table(diskDigest), rest);
  }

  private static Unit encode(Encoder encoder, Chunk chunk) {
    try {
      return encoder.encode(chunk);
    } finally {
      chunk.release();
    }
  }
}
