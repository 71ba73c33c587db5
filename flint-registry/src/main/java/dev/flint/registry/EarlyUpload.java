package dev.flint.registry;

import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.registry.http.Body;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one blob on their way up while it is made: all in one PATCH, as docker sends them,
 * since nobody knows how many there will be. One attempt: whatever fails is for the usual upload to
 * find out, which takes the session over and goes on with what the registry has. Until then the
 * session is its thread's, which gives it up if it is not wanted or the program ends.
 */
final class EarlyUpload {
  private static final long LOOK_MILLIS = 100;
  private static final long END_MILLIS = 2000;

  private final InputStream bytes;
  private final BlobUpload.Opening opening;
  private final Resilience resilience;
  private final Runnable refused;
  private final Thread thread = new Thread(this::run, "flint-early");
  private final AtomicLong sent = new AtomicLong();

  /** Open until nothing more is sent. */
  private final CountDownLatch settled = new CountDownLatch(1);

  /** The session, once all that could be sent was; guarded by this. */
  private @Nullable OpenUpload open;

  /** Whether somebody else has the session; guarded by this. */
  private boolean taken;

  /** Guarded by this. */
  private boolean abandoned;

  /**
   * One that has not begun.
   *
   * @param bytes are closed in the end
   * @param opening opens a session, or fails if the blob shall not be sent early
   * @param refused is told if it fails
   */
  EarlyUpload(
      InputStream bytes, BlobUpload.Opening opening, Resilience resilience, Runnable refused) {
    this.bytes = bytes;
    this.opening = opening;
    this.resilience = resilience;
    this.refused = refused;
    thread.setDaemon(true);
  }

  /** Begins. */
  void start() {
    thread.start();
  }

  private void run() {
    try (bytes;
        UploadsUnderWay.Entry entry = resilience.uploads().enter()) {
      OpenUpload upload;
      try {
        upload = opening.begin();
      } catch (IOException e) {
        refused.run();
        return;
      }
      boolean given = false;
      try {
        given = isSent(upload) && isTaken(upload);
      } finally {
        if (!given) {
          upload.cancel(resilience.retries().waiting());
        }
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // The usual upload fails of it, too, or does better.
    } finally {
      settled.countDown();
    }
  }

  /** Sends all; says whether somebody may go on with what the registry has of it. */
  private boolean isSent(OpenUpload upload) {
    try {
      upload.stream(body());
      return true;
    } catch (FlintException e) {
      return e.code() != ErrorCode.LOCAL_IO && e.code() != ErrorCode.INTERRUPTED;
    } catch (IOException e) {
      return true;
    }
  }

  private synchronized boolean isTaken(OpenUpload upload) {
    open = upload;
    settled.countDown();
    try {
      while (!taken && !abandoned) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return taken;
  }

  private Body body() {
    AtomicBoolean opened = new AtomicBoolean();
    BlobSource once =
        () -> {
          if (opened.getAndSet(true)) {
            throw new LostConnectionException(
                "these bytes are gone", "send them again", new IOException("sent once"));
          }
          return bytes;
        };
    return new Body(MediaType.OCTET_STREAM.value(), Body.UNKNOWN, once, sent::addAndGet);
  }

  /**
   * Waits until the bytes are sent, or cannot be, and takes the session over.
   *
   * @param meter is told them as they go, from the first on
   * @return the session, which has as many bytes as its offset says, or is cut; empty if there is
   *     none
   */
  Optional<OpenUpload> take(ByteMeter meter) throws InterruptedException {
    long told = 0;
    boolean over;
    do {
      over = settled.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      long now = sent.get();
      meter.accept(now - told);
      told = now;
    } while (!over);
    synchronized (this) {
      taken = open != null && !abandoned && thread.isAlive();
      notifyAll();
      return taken ? Optional.ofNullable(open) : Optional.empty();
    }
  }

  /** How many bytes were sent, for all that is known here. */
  long sent() {
    return sent.get();
  }

  /** Ends it, if nobody has taken it. Waits a little for that, as the program may end next. */
  void abandon() {
    synchronized (this) {
      if (taken) {
        return;
      }
      abandoned = true;
      notifyAll();
    }
    thread.interrupt();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
