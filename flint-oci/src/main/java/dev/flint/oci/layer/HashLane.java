package dev.flint.oci.layer;

import dev.flint.oci.chunk.Chunk;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hashes chunks in their order on a thread of its own. Confined to one thread otherwise. */
final class HashLane implements AutoCloseable {
  private static final int WAITING = 64;

  private final MessageDigest hasher;
  private final BlockingQueue<Optional<Chunk>> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Thread thread;

  /** Read after the thread has ended. */
  private boolean complete;

  HashLane(MessageDigest hasher, String name) {
    this.hasher = hasher;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      for (Optional<Chunk> next = waiting.take(); next.isPresent(); next = waiting.take()) {
        Chunk chunk = next.get();
        hasher.update(chunk.bytes(), 0, chunk.length());
        chunk.release();
      }
      complete = true;
    } catch (InterruptedException e) {
      // Closed before the end: nobody wants the hash any more.
      Thread.currentThread().interrupt();
    }
  }

  /** Takes the next chunk and releases it when it is done. */
  void update(Chunk chunk) throws InterruptedIOException {
    put(Optional.of(chunk));
  }

  /** Waits until all chunks are hashed; gives the hasher, for what follows them. */
  MessageDigest finish() throws InterruptedIOException {
    put(Optional.empty());
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    checkAlive(complete);
    return hasher;
  }

  private void put(Optional<Chunk> next) throws InterruptedIOException {
    try {
      while (!waiting.offer(next, 1, TimeUnit.SECONDS)) {
        checkAlive(thread.isAlive());
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Out of memory, for example, ends a thread; its hash must not pass for one of all chunks. */
  private static void checkAlive(boolean alive) {
    if (!alive) {
      throw new IllegalStateException("a hashing thread has died");
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while hashing");
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
