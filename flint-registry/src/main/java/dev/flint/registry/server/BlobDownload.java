package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.PartialBlob;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.ResumingStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way from the upstream registry into a layout. Any number of readers follow in the
 * file that grows; its last byte they see only when the whole was verified and published. What came
 * before a failure is kept for the next download. Thread-safe.
 */
final class BlobDownload implements Runnable {
  private static final int BUFFER = 64 * 1024;

  private final OciLayout layout;
  private final Descriptor blob;
  private final BlobSource source;
  private final Pause pause;
  private final Duration patience;

  private @Nullable PartialBlob file;
  private long available;
  private boolean whole;
  private boolean ready;
  private @Nullable IOException failure;

  /**
   * A download that has not begun.
   *
   * @param patience how long a reader waits for more of the blob
   */
  BlobDownload(
      OciLayout layout, Descriptor blob, BlobSource source, Pause pause, Duration patience) {
    this.layout = layout;
    this.blob = blob;
    this.source = source;
    this.pause = pause;
    this.patience = patience;
  }

  /** What is downloaded, with its size. */
  Descriptor blob() {
    return blob;
  }

  /** Downloads. What fails is for the readers to see. */
  @Override
  public void run() {
    IOException failed = null;
    try {
      download();
    } catch (IOException e) {
      failed = e;
    } catch (RuntimeException | Error e) {
      failed = new IOException("the download failed", e);
      throw e;
    } finally {
      end(failed);
    }
  }

  private void download() throws IOException {
    try (PartialBlob partial =
        layout
            .partial(blob, PartialBlob.Form.PREFIX)
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.LOCAL_IO,
                        "another process holds " + blob.digest() + " without getting on"))) {
      if (layout.find(blob).isPresent()) {
        return;
      }
      try (Ingest ingest = partial.ingest();
          ResumingStream in = new ResumingStream(source, ingest.count(), blob.size(), pause)) {
        came(partial, ingest.count());
        byte[] buffer = new byte[BUFFER];
        int n;
        while ((n = in.read(buffer, 0, BUFFER)) >= 0) {
          ingest.write(buffer, 0, n);
          came(partial, ingest.count());
        }
        closing();
        ingest.commit();
      } catch (FlintException e) {
        if (e.code() == ErrorCode.LOCAL_IO) {
          // It would only keep a full disk full.
          partial.discard();
        }
        throw e;
      }
    }
  }

  private synchronized void came(PartialBlob partial, long count) {
    file = partial;
    available = count;
    notifyAll();
  }

  /** The file is about to move to its place: who opens it now has to wait until it is there. */
  private synchronized void closing() {
    file = null;
    whole = true;
  }

  private synchronized void end(@Nullable IOException failed) {
    file = null;
    failure = failed;
    ready = failed == null;
    notifyAll();
  }

  /** What it failed with, when it has ended. */
  synchronized Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Opens what is there of the blob, as soon as there is something.
   *
   * @throws IOException what the download failed with, or that nothing came for too long
   */
  synchronized FileChannel open() throws IOException {
    awaitUntil(() -> file != null && limit() > 0);
    PartialBlob growing = file;
    return growing == null ? layout.require(blob).channel() : growing.channel();
  }

  /**
   * Waits until there is more of the blob.
   *
   * @return a number of bytes from its start, more than {@code position}
   * @throws IOException what the download failed with, or that nothing came for too long
   */
  synchronized long beyond(long position) throws IOException {
    awaitUntil(() -> limit() > position);
    return limit();
  }

  private long limit() {
    return ready ? blob.size() : Math.min(available, blob.size() - 1);
  }

  private synchronized void awaitUntil(BooleanSupplier enough) throws IOException {
    long start = System.nanoTime();
    try {
      while (!ready && failure == null && !enough.getAsBoolean()) {
        long left = patience.toNanos() - (System.nanoTime() - start);
        if (whole) {
          // All that is missing is that our own disk takes it.
          wait();
        } else if (left > 0) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } else {
          throw new FlintException(
              ErrorCode.NETWORK,
              "no more of " + blob.digest() + " came within " + patience.toSeconds() + " s");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the upstream registry");
    }
    if (failure != null) {
      throw failure;
    }
  }
}
