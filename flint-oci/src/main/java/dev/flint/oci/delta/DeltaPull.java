package dev.flint.oci.delta;

import dev.flint.oci.Descriptor;
import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.PartialBlob;
import dev.flint.oci.transfer.BlobShortcut;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Gets a layer into a layout by fetching only those of its chunks that neither another layer there
 * nor a seed disk has. The blob is the same, byte for byte, or it is not taken. Thread-safe.
 */
public final class DeltaPull implements BlobShortcut {
  private static final int BUFFER = 64 * 1024;

  private final OciLayout layout;
  private final Codecs codecs;
  private final int threads;
  private final List<Seed> disks;
  private final Pause pause;
  private final Consumer<String> notes;

  /** One layer takes all cores, and a good part of the memory. */
  private final Semaphore turn = new Semaphore(1);

  /**
   * A pull into a layout.
   *
   * @param threads that decompress, at least 1
   * @param disks that may have chunks too
   * @param notes is told why a layer is fetched whole all the same
   */
  public DeltaPull(
      OciLayout layout,
      Codecs codecs,
      int threads,
      List<Seed> disks,
      Pause pause,
      Consumer<String> notes) {
    this.layout = layout;
    this.codecs = codecs;
    this.threads = threads;
    this.disks = List.copyOf(disks);
    this.pause = pause;
    this.notes = notes;
  }

  @Override
  public boolean fetch(Descriptor blob, BlobSource source, ByteMeter meter) throws IOException {
    if (!SeekableLayer.isAnnounced(blob)) {
      return false;
    }
    try {
      turn.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another layer was put together");
    }
    try {
      return fetchFromParts(blob, source, meter);
    } finally {
      turn.release();
    }
  }

  private boolean fetchFromParts(Descriptor blob, BlobSource source, ByteMeter meter)
      throws IOException {
    try (StoredLayers stored = StoredLayers.open(layout, blob.digest())) {
      List<Seed> seeds = new ArrayList<>(stored.seeds());
      seeds.addAll(disks);
      Optional<PartialBlob> partial = layout.partial(blob, PartialBlob.Form.CHUNKS);
      if (partial.isEmpty()) {
        return false;
      }
      try (PartialBlob own = partial.get()) {
        if (layout.find(blob).isPresent()) {
          // Another process had it in hand and has brought it.
          return true;
        }
        return (!seeds.isEmpty() || own.length() > 0) && fetch(blob, source, seeds, own, meter);
      }
    }
  }

  private boolean fetch(
      Descriptor blob, BlobSource source, List<Seed> seeds, PartialBlob partial, ByteMeter meter)
      throws IOException {
    WholeFetch whole = new WholeFetch(blob, notes);
    try {
      RangeCache ends = new RangeCache(source, blob.size(), pause);
      Optional<SeekableLayer> layer = SeekableLayer.find(blob, ends);
      if (layer.isEmpty()) {
        whole.because("its table of contents cannot be had");
        return false;
      }
      LocalChunks local = LocalChunks.find(layer.get().table(), seeds);
      if (local.isEmpty() && partial.length() == 0) {
        return false;
      }
      if (!fill(layer.get(), source, ends, local, partial, meter)) {
        whole.because("the registry gives no ranges");
        meter.restart();
        return false;
      }
      partial.commit();
      return true;
    } catch (FlintException e) {
      // A table that lies, a registry that cannot count: the whole blob may still be right.
      whole.orThrow(e);
      partial.discard();
      meter.restart();
      return false;
    }
  }

  private boolean fill(
      SeekableLayer layer,
      BlobSource source,
      RangeCache ends,
      LocalChunks local,
      PartialBlob partial,
      ByteMeter meter)
      throws IOException {
    Optional<Codec> same = codecs.byEncoder(layer.encoder());
    try (FileChannel channel = partial.channel()) {
      ChunkFetch fetch =
          new ChunkFetch(
              layer.table(), new BlobTarget(layer, channel), () -> tool(layer, same), meter);
      fetch.collect(local, threads);
      // An older attempt may have been of another size.
      channel.truncate(layer.descriptor().size());
      return fetch.fetch(source, pause) && copyEnds(layer, ends, channel);
    }
  }

  private DeltaTool tool(SeekableLayer layer, Optional<Codec> same) {
    Optional<ChunkCoder> encoder = same.map(Codec::newCoder);
    return new DeltaTool(layer, codecs.decoders(), encoder);
  }

  /** What is not chunks: the header before them, the table and the footer after them. */
  private static boolean copyEnds(SeekableLayer layer, RangeCache ends, FileChannel channel)
      throws IOException {
    long end = layer.table().end();
    return copy(ends, 0, layer.table().blobOffset(0), channel)
        && copy(ends, end, layer.descriptor().size() - end, channel);
  }

  private static boolean copy(RangeCache ends, long from, long length, FileChannel channel)
      throws IOException {
    Optional<InputStream> range = ends.open(from, length);
    if (range.isEmpty()) {
      return false;
    }
    try (InputStream in = range.get()) {
      byte[] buffer = new byte[BUFFER];
      long position = from;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        FileBytes.write(channel, position, buffer, n);
        position += n;
      }
    }
    return true;
  }
}
