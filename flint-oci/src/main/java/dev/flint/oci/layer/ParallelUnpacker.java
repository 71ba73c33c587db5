package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.chunk.Chunk;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.Decoders;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Gets the disk out of a seekable layer on all cores, while its bytes come in from front to back.
 * Each chunk is verified by the table before it goes to the sink, and the whole by the diff_id.
 * Bounded memory. Immutable.
 */
public final class ParallelUnpacker {
  private static final int TAIL_BUFFER = 64 * 1024;

  /** Both hashes. */
  private static final int USERS = 2;

  private final Codecs codecs;
  private final int maxThreads;

  /**
   * Unpacks by some codecs.
   *
   * @param threads that decompress, at least 1; fewer do where chunks are large
   */
  public ParallelUnpacker(Codecs codecs, int threads) {
    this.codecs = codecs;
    this.maxThreads = threads;
  }

  /**
   * Unpacks. The sink may have got bytes when this fails; they are then worthless.
   *
   * @param blob the layer's blob, read to its end; stays open
   * @param diffId the digest its tar must have
   * @param maxBytes the most the disk may have
   * @param diskHasher is given the disk's bytes in order
   * @throws FlintException INTEGRITY if anything is not as announced, POLICY if the disk is over
   *     the limit
   */
  public void unpack(
      SeekableLayer layer,
      InputStream blob,
      Digest diffId,
      long maxBytes,
      MessageDigest diskHasher,
      ChunkSink sink)
      throws IOException {
    ChunkTable table = layer.table();
    TarStream.checkSize(TarBlocks.BLOCK + table.diskSize(), maxBytes);
    MessageDigest tarHasher = diffId.hasher();
    int threads = OrderedWork.affordable(maxThreads, (long) layer.maxPlace() + table.maxLength());
    BufferPool places = new BufferPool(OrderedWork.limit(threads) + 1, layer.maxPlace());
    BufferPool buffers = new BufferPool(OrderedWork.limit(threads) + USERS, table.maxLength());
    try (OrderedWork<UnitDecoder, Chunk> work =
            new OrderedWork<>(threads, () -> new UnitDecoder(layer, codecs.decoders()));
        HashLane tarLane = new HashLane(tarHasher, "flint-tar-hash");
        HashLane diskLane = new HashLane(diskHasher, "flint-disk-hash")) {
      readHead(layer, blob, tarHasher);
      for (int i = 0; i < table.count(); i++) {
        if (work.isFull()) {
          hash(work.take(), tarLane, diskLane);
        }
        byte[] place = places.take();
        int placeLength = (int) (table.blobEnd(i) - table.blobOffset(i));
        if (blob.readNBytes(place, 0, placeLength) < placeLength) {
          throw new IntegrityException("the layer is cut off");
        }
        byte[] room = buffers.take();
        int index = i;
        work.give(
            decoder -> {
              decoder.decode(index, place, placeLength, room);
              places.give(place);
              sink.write(table.diskOffset(index), room, table.length(index));
              return Chunk.pooled(room, table.length(index), buffers);
            });
      }
      while (!work.isEmpty()) {
        hash(work.take(), tarLane, diskLane);
      }
      diskLane.finish();
      tarLane.finish();
    }
    tarHasher.update(new byte[layer.zerosAfterDisk()]);
    readTail(layer, blob, maxBytes, tarHasher);
    Digest actual = diffId.finish(tarHasher.digest());
    if (!actual.equals(diffId)) {
      throw new IntegrityException(
          "the layer unpacks to " + actual + ", but the image config says " + diffId);
    }
  }

  private static void hash(Chunk chunk, HashLane tarLane, HashLane diskLane) throws IOException {
    chunk.sharedBy(USERS);
    tarLane.update(chunk);
    diskLane.update(chunk);
  }

  /**
   * The header before the disk, which was looked at when the layer was found, but maybe not this.
   */
  private void readHead(SeekableLayer layer, InputStream blob, MessageDigest tarHasher)
      throws IOException {
    ChunkTable table = layer.table();
    byte[] head = TarBlocks.header(table.name(), table.diskSize());
    byte[] place = blob.readNBytes((int) table.blobOffset(0));
    byte[] found = new byte[head.length];
    try (Decoders decoders = codecs.decoders()) {
      ChunkCoder coder = decoders.of(layer.compression());
      int end = coder.decode(place, 0, place.length, found, found.length);
      if (end != place.length || !Arrays.equals(found, head)) {
        throw new IntegrityException("the layer does not begin as its table says");
      }
    }
    tarHasher.update(head);
  }

  /** What follows the disk: the table, which was read before, and the rest of the archive. */
  private static void readTail(
      SeekableLayer layer, InputStream blob, long maxBytes, MessageDigest tarHasher)
      throws IOException {
    try {
      InputStream tail = DecompressedLayer.of(blob);
      byte[] buffer = new byte[TAIL_BUFFER];
      long count = TarBlocks.BLOCK + layer.table().diskSize() + layer.zerosAfterDisk();
      for (int n = tail.read(buffer); n >= 0; n = tail.read(buffer)) {
        count += n;
        TarStream.checkSize(count, maxBytes);
        tarHasher.update(buffer, 0, n);
      }
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw LayerUnpacker.damaged(e);
    }
  }
}
