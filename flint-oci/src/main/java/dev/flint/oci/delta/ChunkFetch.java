package dev.flint.oci.delta;

import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.delta.BlobPart.NoRangesException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.Reuse;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * Brings the chunks of one layer to a target: those it holds already stay, those this machine has
 * are copied, the rest is fetched over a few connections at once. Each chunk is verified by the
 * table before it counts. Goes on where a connection broke. Used once.
 */
final class ChunkFetch {
  private static final int CONNECTIONS = 3;

  /** After so many chunks that are here progress hears of it. */
  private static final int TOLD = 32;

  private final ChunkTable table;
  private final ChunkTarget target;
  private final Supplier<DeltaTool> tools;
  private final ByteMeter meter;
  private final BitSet there;
  private Reuse reuse = Reuse.NOTHING;
  private volatile boolean failed;

  /**
   * A fetch.
   *
   * @param meter is told the bytes of the blob whose chunks are there
   */
  ChunkFetch(ChunkTable table, ChunkTarget target, Supplier<DeltaTool> tools, ByteMeter meter) {
    this.table = table;
    this.target = target;
    this.tools = tools;
    this.meter = meter;
    this.there = new BitSet(table.count());
  }

  /** Takes what needs no network. */
  void collect(LocalChunks local, int threads) throws IOException {
    try (OrderedWork<DeltaTool, Boolean> work = new OrderedWork<>(threads, tools)) {
      int taken = 0;
      for (int i = 0; i < table.count(); i++) {
        int chunk = i;
        work.give(tool -> target.holds(chunk, tool) || local.copy(chunk, target, tool));
        if (work.isFull()) {
          reused(taken++, work.take());
        }
      }
      while (!work.isEmpty()) {
        reused(taken++, work.take());
      }
    }
    meter.reused(reuse);
  }

  private void reused(int chunk, boolean isThere) {
    if (isThere) {
      there.set(chunk);
      reuse = new Reuse(reuse.bytes() + length(chunk), reuse.chunks() + 1, table.count());
      if (reuse.chunks() % TOLD == 0) {
        meter.reused(reuse);
      }
    }
  }

  private synchronized void fetched(int chunk) {
    if (!there.get(chunk)) {
      there.set(chunk);
      meter.accept(length(chunk));
    }
  }

  private int length(int chunk) {
    return (int) (table.blobEnd(chunk) - table.blobOffset(chunk));
  }

  private synchronized boolean isThere(int chunk) {
    return there.get(chunk);
  }

  private synchronized List<Span> missing() {
    return Span.missing(table, there);
  }

  /**
   * Fetches the rest.
   *
   * @return false if the source gives no ranges
   * @throws IntegrityException if it sends something else than the table says
   * @throws LostConnectionException if nothing comes any more
   */
  boolean fetch(BlobSource source, Pause pause) throws IOException {
    List<IOException> failures = new ArrayList<>();
    try (OrderedWork<DeltaTool, Boolean> work = new OrderedWork<>(CONNECTIONS, tools)) {
      for (Span span : missing()) {
        BlobPart part = new BlobPart(source, span.from(table), span.length(table));
        work.give(tool -> fetchUnlessFailed(span, part, pause, tool));
      }
      while (!work.isEmpty()) {
        try {
          work.take();
        } catch (IOException e) {
          // The others under way bring what they can; that need not be fetched again.
          failures.add(e);
        }
      }
    }
    if (failures.isEmpty()) {
      return true;
    }
    if (failures.get(0) instanceof NoRangesException) {
      return false;
    }
    throw failures.get(0);
  }

  private boolean fetchUnlessFailed(Span span, BlobPart part, Pause pause, DeltaTool tool)
      throws IOException {
    if (failed) {
      return false;
    }
    try {
      fetch(span, part, pause, tool);
      return true;
    } catch (IOException e) {
      failed = true;
      throw e;
    }
  }

  private void fetch(Span span, BlobPart part, Pause pause, DeltaTool tool) throws IOException {
    try (InputStream in = part.read(pause)) {
      for (int i = span.first(); i < span.end(); i++) {
        int length = length(i);
        if (in.readNBytes(tool.place(), 0, length) < length) {
          throw new IntegrityException("the layer is cut off");
        }
        if (!isThere(i)) {
          target.putPlace(i, tool.place(), length, tool);
          fetched(i);
        }
      }
    }
  }
}
