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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one blob on their way up while it is made: all in one PATCH, as docker sends them,
 * since nobody knows how many there will be. One attempt: whatever fails is for the usual upload to
 * find out, which goes on with what the registry has.
 */
final class EarlyUpload {
  private static final long LOOK_MILLIS = 100;
  private static final long END_MILLIS = 2000;

  private final InputStream bytes;
  private final BlobUpload.Opening opening;
  private final Resilience resilience;
  private final Thread thread = new Thread(this::run, "flint-early");
  private final AtomicLong sent = new AtomicLong();
  private volatile boolean abandoned;

  /** Guarded by this, as is what is done with it. */
  private @Nullable OpenUpload open;

  /**
   * Begins.
   *
   * @param bytes are closed in the end
   * @param opening opens a session, or fails if the blob shall not be sent early
   */
  EarlyUpload(InputStream bytes, BlobUpload.Opening opening, Resilience resilience) {
    this.bytes = bytes;
    this.opening = opening;
    this.resilience = resilience;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try (bytes;
        UploadsUnderWay.Entry entry = resilience.uploads().enter()) {
      OpenUpload upload = opening.begin();
      boolean wanted = true;
      try {
        upload.stream(body());
      } catch (IOException e) {
        wanted = !isOurs(e);
      }
      keep(upload, wanted && !Thread.currentThread().isInterrupted());
    } catch (IOException | RuntimeException e) {
      // The usual upload fails of it, too, or does better.
    }
  }

  /** Whether it is not the link or the registry, so that nobody will go on with it. */
  private static boolean isOurs(IOException e) {
    return e instanceof FlintException failure
        && (failure.code() == ErrorCode.LOCAL_IO || failure.code() == ErrorCode.INTERRUPTED);
  }

  private synchronized void keep(OpenUpload upload, boolean wanted) {
    if (wanted && !abandoned) {
      open = upload;
    } else {
      upload.cancel(resilience.retries().waiting());
    }
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
   * Waits until the bytes are sent, or cannot be.
   *
   * @param meter is told them as they go, from the first on
   * @return the session, which has as many bytes as its offset says, or is cut; empty if none was
   *     opened
   */
  Optional<OpenUpload> await(ByteMeter meter) throws InterruptedException {
    long told = 0;
    boolean over;
    do {
      thread.join(LOOK_MILLIS);
      over = !thread.isAlive();
      long now = sent.get();
      meter.accept(now - told);
      told = now;
    } while (!over);
    synchronized (this) {
      return Optional.ofNullable(open);
    }
  }

  /** How many bytes were sent, for all that is known here. */
  long sent() {
    return sent.get();
  }

  /** Ends it; its session is given up. Waits a little for that, as the program may end next. */
  void abandon() {
    abandoned = true;
    thread.interrupt();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    synchronized (this) {
      if (open != null) {
        open.cancel(resilience.retries().waiting());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
