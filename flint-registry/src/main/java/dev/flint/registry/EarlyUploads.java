package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.transfer.EarlySender;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What is on its way to one repository before anybody asked for it. Thread-safe. */
final class EarlyUploads {
  /** Less is there at once anyway, and would take requests more. */
  private static final long LEAST = 16L << 20;

  private final Resilience resilience;
  private final Map<Digest, EarlyUpload> known = new ConcurrentHashMap<>();

  EarlyUploads(Resilience resilience) {
    this.resilience = resilience;
  }

  /**
   * What became of an early upload.
   *
   * @param done whether the blob is there
   * @param cut a session that has some of it, and must be asked how much
   * @param sent the bytes it may have, which the meter was told
   */
  record Result(boolean done, Optional<OpenUpload> cut, long sent) {
    private static final Result NOTHING = new Result(false, Optional.empty(), 0);
    private static final Result DONE = new Result(true, Optional.empty(), 0);
  }

  /** A sender of blobs, by sessions that are opened as given. */
  EarlySender sender(BlobUpload.Opening opening) {
    return (size, blob) -> begin(size, blob, opening);
  }

  private EarlySender.Early begin(long size, Ingest blob, BlobUpload.Opening opening)
      throws IOException {
    if (size < LEAST || !resilience.memory().takesStreams()) {
      return digest -> {};
    }
    EarlyUpload upload = new EarlyUpload(blob.readAlong(), opening, resilience);
    return digest -> {
      if (known.putIfAbsent(digest, upload) != null) {
        upload.abandon();
      }
    };
  }

  /**
   * Ends the upload of a blob with what was sent of it early.
   *
   * @param action for errors
   */
  Result finish(Descriptor blob, ByteMeter meter, String action) throws IOException {
    EarlyUpload early = known.remove(blob.digest());
    if (early == null) {
      return Result.NOTHING;
    }
    Optional<OpenUpload> open;
    try {
      open = early.await(meter);
    } catch (InterruptedException e) {
      early.abandon();
      Thread.currentThread().interrupt();
      throw UploadsUnderWay.interrupted(action);
    }
    if (open.isPresent() && open.get().offset() == blob.size()) {
      try {
        open.get().close(blob.digest());
        return Result.DONE;
      } catch (IOException e) {
        // The usual upload finds out whether it was taken.
      }
    }
    return new Result(false, open, early.sent());
  }

  /** The blob is there without them. */
  void drop(Descriptor blob) {
    EarlyUpload early = known.remove(blob.digest());
    if (early != null) {
      early.abandon();
    }
  }
}
