package dev.flint.registry.server;

import dev.flint.oci.Digest;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One blob on its way in, over any number of requests: a file in the layout's place for unfinished
 * content, hashed while it is written. Whoever changes it {@linkplain #claim claims} it first.
 */
final class UploadSession {
  private static final int BUFFER = 64 * 1024;

  private final String id;
  private final Repository repository;
  private final Clock clock;
  private final Path file;
  private final FileChannel channel;
  private final MessageDigest hasher = Digest.sha256Hasher();
  private final Semaphore writer = new Semaphore(1);
  private final AtomicLong offset = new AtomicLong();
  private volatile Instant used;
  private volatile boolean over;
  private volatile boolean lastChunk;

  UploadSession(String id, Repository repository, Clock clock) throws IOException {
    this.id = id;
    this.repository = repository;
    this.clock = clock;
    this.used = clock.instant();
    this.file = repository.layout().newUnfinishedFile();
    this.channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
  }

  String id() {
    return id;
  }

  Repository repository() {
    return repository;
  }

  /** The number of bytes that are safely in. */
  long offset() {
    return offset.get();
  }

  /** When it was last written to. */
  Instant used() {
    return used;
  }

  /** Whether it was finished or dropped. */
  boolean isOver() {
    return over;
  }

  /** Notes that the chunk that just came can only have been the last one. */
  void hasLastChunk() {
    lastChunk = true;
  }

  /** Whether no chunk may follow, but the end of the upload. */
  boolean hadLastChunk() {
    return lastChunk;
  }

  /** Makes the caller the only writer until {@link #release}; false if there is another one. */
  boolean claim() {
    return writer.tryAcquire();
  }

  void release() {
    writer.release();
  }

  /**
   * Appends what the client sends. If the client goes away, what came stays and {@link #offset}
   * tells how much; if the disk fails, the session is over.
   *
   * @param limit stops after more than so many bytes
   * @return whether the body ended within the limit
   */
  boolean append(RequestBody body, long limit) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = limit;
    int n;
    while ((n = body.read(buffer)) >= 0) {
      if (n > left) {
        return false;
      }
      left -= n;
      write(ByteBuffer.wrap(buffer, 0, n));
    }
    return true;
  }

  private void write(ByteBuffer bytes) throws IOException {
    repository.promise();
    used = clock.instant();
    int length = bytes.remaining();
    hasher.update(bytes.duplicate());
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      drop();
      throw e;
    }
    offset.addAndGet(length);
  }

  /**
   * Publishes the blob. The session is over then, also when it fails.
   *
   * @throws IntegrityException if the content has another digest; nothing is published then
   */
  Blob finish(Digest wanted) throws IOException {
    try {
      over = true;
      channel.force(true);
      Digest actual =
          wanted.algorithm().equals("sha256") ? Digest.of(hasher.digest()) : rehash(wanted);
      if (!actual.equals(wanted)) {
        throw new IntegrityException("the content has the digest " + actual);
      }
      repository.promise();
      return repository.layout().link(new Blob(file, wanted, offset.get()));
    } finally {
      drop();
    }
  }

  private Digest rehash(Digest wanted) throws IOException {
    MessageDigest other = wanted.hasher();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in =
        Channels.newInputStream(FileChannel.open(file, StandardOpenOption.READ))) {
      int n;
      while ((n = in.read(buffer)) >= 0) {
        other.update(buffer, 0, n);
      }
    }
    return wanted.finish(other.digest());
  }

  /** Ends the session without a blob. */
  void drop() throws IOException {
    over = true;
    try {
      channel.close();
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
