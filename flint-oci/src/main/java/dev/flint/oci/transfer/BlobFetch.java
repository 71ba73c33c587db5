package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.Ingest;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Gets one blob over a link that may break. Confined to one thread. */
final class BlobFetch {
  private static final int BUFFER = 128 * 1024;

  private final Descriptor blob;
  private final BlobSource source;
  private final LongConsumer meter;
  private final Pause pause;
  private final byte[] buffer = new byte[BUFFER];
  private long metered;

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
    boolean hadSome = ingest.count() > 0;
    meter(ingest);
    try (ResumingStream rest = new ResumingStream(source, ingest.count(), blob.size(), pause)) {
      for (int n = rest.read(buffer); n >= 0; n = rest.read(buffer)) {
        ingest.write(buffer, 0, n);
        meter(ingest);
      }
      return hadSome || rest.isPieced();
    }
  }

  private void meter(Ingest ingest) {
    if (ingest.count() > metered) {
      meter.accept(ingest.count() - metered);
      metered = ingest.count();
    }
  }
}
