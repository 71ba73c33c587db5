package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.Ingest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Gets one blob over a link that may break: goes on where it broke, at once if something came, and
 * after a growing pause if not. Where the source gives no ranges, the blob is read from its start
 * and what is there passed over. Confined to one thread.
 */
final class BlobFetch {
  private static final int FRUITLESS_ATTEMPTS = 4;
  private static final int BUFFER = 128 * 1024;

  private final Descriptor blob;
  private final BlobSource source;
  private final LongConsumer meter;
  private final Pause pause;
  private final byte[] buffer = new byte[BUFFER];
  private long metered;
  private boolean rangesWork = true;

  /**
   * A fetch.
   *
   * @param meter is told each byte of the blob once, when it is there
   */
  BlobFetch(Descriptor blob, BlobSource source, LongConsumer meter, Pause pause) {
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
    boolean pieces = false;
    int fruitless = 0;
    meter(ingest);
    while (ingest.count() < blob.size()) {
      long before = ingest.count();
      pieces |= before > 0;
      FlintException end = attempt(ingest);
      // Even if it broke right after the last byte, the digest decides.
      if (ingest.count() > before) {
        fruitless = 0;
      } else if (++fruitless == FRUITLESS_ATTEMPTS) {
        throw end;
      } else {
        pause.before(fruitless);
      }
    }
    return pieces;
  }

  /** Reads as far as it goes, and returns why it went no further. */
  private FlintException attempt(Ingest ingest) throws IOException {
    boolean ranged = rangesWork && ingest.count() > 0;
    try {
      if (!ranged || !appendRest(ingest)) {
        append(source.open(), 0, ingest);
      }
      return new IntegrityException(
          "blob "
              + blob.digest()
              + " ended after "
              + ingest.count()
              + " bytes, announced were "
              + blob.size());
    } catch (LostConnectionException e) {
      return e;
    } catch (FlintException e) {
      if (!ranged || e.code() != ErrorCode.PROTOCOL) {
        throw e;
      }
      // A server that cannot count ranges may still have the whole blob.
      rangesWork = false;
      return e;
    }
  }

  private boolean appendRest(Ingest ingest) throws IOException {
    long from = ingest.count();
    Optional<InputStream> rest = source.range(from, blob.size() - from);
    rangesWork = rest.isPresent();
    if (rangesWork) {
      append(rest.get(), from, ingest);
    }
    return rangesWork;
  }

  /** Adds the bytes of a stream, from where its start lies in the blob, that are not there yet. */
  private void append(InputStream stream, long start, Ingest ingest) throws IOException {
    long position = start;
    try (InputStream in = stream) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        int known = (int) Math.min(n, ingest.count() - position);
        position += n;
        if (known < n) {
          ingest.write(buffer, known, n - known);
          meter(ingest);
        }
      }
    }
  }

  private void meter(Ingest ingest) {
    if (ingest.count() > metered) {
      meter.accept(ingest.count() - metered);
      metered = ingest.count();
    }
  }
}
