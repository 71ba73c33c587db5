package dev.flint.oci.delta;

import dev.flint.oci.Descriptor;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/**
 * Writes the disk of a layer into a file from the chunks that are there and those that are fetched,
 * without keeping anything compressed. Immutable.
 */
public final class DiskDelta {
  private final Codecs codecs;
  private final int threads;
  private final Pause pause;

  /**
   * Works by some codecs.
   *
   * @param threads that decompress, at least 1
   */
  public DiskDelta(Codecs codecs, int threads, Pause pause) {
    this.codecs = codecs;
    this.threads = threads;
    this.pause = pause;
  }

  /** Looks for the table of a layer that is not on this machine; empty as with any layer. */
  public static Optional<SeekableLayer> find(Descriptor layer, BlobSource source, Pause pause)
      throws IOException {
    return SeekableLayer.find(layer, new RangeCache(source, layer.size(), pause));
  }

  /**
   * Fills a file. Chunks that it holds already, from an attempt before, are verified and stay. Each
   * chunk is verified by the table, the whole is left to the caller.
   *
   * @param target open for reading and writing
   * @param meter is told the bytes of the blob whose chunks are there
   * @return false if the source gives no ranges
   * @throws dev.flint.oci.error.FlintException INTEGRITY if it sends what the table does not say
   */
  public boolean fill(
      SeekableLayer layer, BlobSource source, List<Seed> seeds, FileChannel target, ByteMeter meter)
      throws IOException {
    LocalChunks local = LocalChunks.find(layer.table(), seeds);
    DiskTarget disk = new DiskTarget(layer.table(), target);
    ChunkFetch fetch =
        new ChunkFetch(
            layer.table(),
            disk,
            () -> new DeltaTool(layer, codecs.decoders(), Optional.empty()),
            meter);
    if (target.size() > 0 || !local.isEmpty()) {
      fetch.collect(local, threads);
    }
    if (!fetch.fetch(source, pause)) {
      return false;
    }
    disk.finish();
    return true;
  }
}
