package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.Reuse;
import dev.flint.oci.store.Ingest;
import java.io.IOException;
import java.io.InputStream;

/** Gets one blob over a link that may break. Confined to one thread. */
final class BlobFetch {
  private static final int BUFFER = 128 * 1024;

  /** Up to here a thread for hashing costs more than it gains; other blobs are under way too. */
  private static final int SMALL = 1 << 20;

  private final Descriptor blob;
  private final BlobSource source;
  private final ByteMeter meter;
  private final Pause pause;
  private long metered;

  /**
   * A fetch.
   *
   * @param meter is told each byte of the blob once, when it has come
   */
  BlobFetch(Descriptor blob, BlobSource source, ByteMeter meter, Pause pause) {
    this.blob = blob;
    this.source = source;
    this.meter = meter;
    this.pause = pause;
  }

  /**
   * Adds what is missing to an ingest.
   *
   * @return whether the blob was put together of pieces, which may not fit
   * @throws LostConnectionException if nothing comes any more
   * @throws IntegrityException if the source has fewer bytes or more than announced
   */
  boolean into(Ingest ingest) throws IOException {
    long had = ingest.count();
    if (had > metered) {
      meter.reused(Reuse.ofBytes(had));
      metered = had;
    }
    try (ResumingStream rest = new ResumingStream(source, had, blob.size(), pause);
        IngestWriter writer = writer(ingest)) {
      copy(rest, writer, had);
      writer.finish();
      return had > 0 || rest.isPieced();
    }
  }

  private IngestWriter writer(Ingest ingest) {
    // For a small blob no more than it takes, and a byte to see that there are more.
    int buffer = (int) Math.min(BUFFER, blob.size() + 1);
    return blob.size() <= SMALL ? new WriteAtOnce(ingest, buffer) : new WriteBehind(ingest, buffer);
  }

  private void copy(InputStream in, IngestWriter writer, long had) throws IOException {
    long count = had;
    int filled;
    try {
      do {
        filled = fill(writer, in, count);
        count += filled;
      } while (filled > 0);
    } catch (IOException e) {
      // That nothing can be written weighs more than that nothing comes.
      writer.finish();
      throw e;
    }
  }

  /** Reads a buffer full, so that small reads do not become small writes. */
  private int fill(IngestWriter writer, InputStream in, long count) throws IOException {
    byte[] buffer = writer.buffer();
    int filled = 0;
    try {
      for (int n = 0; n >= 0 && filled < buffer.length; filled += Math.max(n, 0)) {
        n = in.read(buffer, filled, buffer.length - filled);
      }
    } finally {
      // Also what came before a failure: the next attempt goes on after it.
      writer.write(buffer, filled);
      meter(count + filled);
    }
    return filled;
  }

  private void meter(long count) {
    if (count > metered) {
      meter.accept(count - metered);
      metered = count;
    }
  }
}
