package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.transfer.EarlySender;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is on its way to one repository before anybody asked for it. Thread-safe. */
final class EarlyUploads {
  /** Less is there at once anyway, and would take requests more. */
  private static final long LEAST = 16L << 20;

  private static final EarlySender.Early NOTHING = digest -> {};

  private final Resilience resilience;
  private final Map<Digest, EarlyUpload> known = new ConcurrentHashMap<>();

  EarlyUploads(Resilience resilience) {
    this.resilience = resilience;
  }

  /**
   * A session that has some of a blob.
   *
   * @param open whole by its offset, or cut, and must be asked
   * @param sent the bytes it may have, which the meter was told
   */
  record Taken(Optional<OpenUpload> open, long sent) {
    private static final Taken NONE = new Taken(Optional.empty(), 0);
  }

  /** A sender of blobs, by sessions that are opened as given. */
  EarlySender sender(BlobUpload.Opening opening) {
    return new Sender(opening);
  }

  private final class Sender implements EarlySender {
    private final BlobUpload.Opening opening;
    private final Set<EarlyUpload> begun = ConcurrentHashMap.newKeySet();

    /** What was refused once is not asked for again. */
    private volatile boolean useless;

    Sender(BlobUpload.Opening opening) {
      this.opening = opening;
    }

    @Override
    public Early begin(long size, Ingest blob) {
      if (useless || size < LEAST || !resilience.memory().takesStreams()) {
        return NOTHING;
      }
      try {
        EarlyUpload upload = started(blob.readAlong());
        begun.add(upload);
        return digest -> known.putIfAbsent(digest, upload);
      } catch (IOException | OutOfMemoryError e) {
        // No more files or threads: those that there are serve the import.
        return NOTHING;
      }
    }

    private EarlyUpload started(InputStream bytes) throws IOException {
      boolean started = false;
      try {
        EarlyUpload upload = new EarlyUpload(bytes, opening, resilience, () -> useless = true);
        upload.start();
        started = true;
        return upload;
      } finally {
        if (!started) {
          bytes.close();
        }
      }
    }

    @Override
    public void close() {
      begun.forEach(EarlyUpload::abandon);
    }
  }

  /**
   * Takes what was sent early of a blob, once there is no more.
   *
   * @param action for errors
   */
  Taken take(Descriptor blob, ByteMeter meter, String action) throws IOException {
    EarlyUpload early = known.remove(blob.digest());
    if (early == null) {
      return Taken.NONE;
    }
    try {
      return new Taken(early.take(meter), early.sent());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      early.abandon();
      throw UploadsUnderWay.interrupted(action);
    }
  }

  /** The blob is there without them. */
  void drop(Descriptor blob) {
    EarlyUpload early = known.remove(blob.digest());
    if (early != null) {
      early.abandon();
    }
  }
}
