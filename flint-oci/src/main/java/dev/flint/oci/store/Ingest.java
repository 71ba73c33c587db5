package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.disk.EarlyFlush;
import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way into a layout: written aside, hashed while writing, invisible until {@link
 * #commit}. Closing an uncommitted ingest drops it, unless it is of a {@link PartialBlob}. Used by
 * one thread at a time.
 */
public final class Ingest extends OutputStream {
  private static final int BUFFER = 128 * 1024;

  private final OciLayout layout;
  private final Path temporary;
  private final FileChannel channel;
  private final @Nullable Descriptor expected;
  private final MessageDigest hasher;
  private final EarlyFlush flush;
  private long count;
  private boolean kept;
  private @Nullable Growth growth;

  private Ingest(
      OciLayout layout,
      Path temporary,
      FileChannel channel,
      Optional<Descriptor> expected,
      MessageDigest hasher) {
    this.layout = layout;
    this.temporary = temporary;
    this.channel = channel;
    this.expected = expected.orElse(null);
    this.hasher = hasher;
    this.flush = new EarlyFlush(channel);
  }

  /** Starts a blob in a new file. */
  static Ingest start(OciLayout layout, Path temporary, Optional<Descriptor> expected)
      throws IOException {
    MessageDigest hasher =
        expected.isPresent() ? expected.get().digest().hasher() : Digest.sha256Hasher();
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    return new Ingest(layout, temporary, channel, expected, hasher);
  }

  /** Goes on after the bytes of a file, which stay when this is closed before its commit. */
  static Ingest after(OciLayout layout, Path file, FileChannel channel, Descriptor expected)
      throws IOException {
    try {
      MessageDigest hasher = expected.digest().hasher();
      Ingest ingest = new Ingest(layout, file, channel, Optional.of(expected), hasher);
      ingest.kept = true;
      ingest.hashWhatIsThere();
      return ingest;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void hashWhatIsThere() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (int n = channel.read(buffer); n >= 0; n = channel.read(buffer)) {
      count += n;
      hasher.update(buffer.flip());
      buffer.clear();
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * Takes the next bytes.
   *
   * @throws IntegrityException as soon as there are more than expected
   */
  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    if (expected != null && count + length > expected.size()) {
      kept = false;
      throw new IntegrityException(
          "blob "
              + expected.digest()
              + " is longer than the "
              + expected.size()
              + " bytes announced");
    }
    count += length;
    hasher.update(buffer, offset, length);
    try {
      Pieces.write(channel, buffer, offset, length);
    } catch (IOException e) {
      throw Failures.writing(layout.folder(), e);
    }
    flush.wrote(length);
    if (growth != null) {
      growth.reached(count);
    }
  }

  /**
   * The bytes of a new blob as they come, for another thread to read; once. They end with {@link
   * #commit}, just before the blob is there, and fail to be read if it comes to nothing.
   */
  public InputStream readAlong() throws IOException {
    FileChannel file = FileChannel.open(temporary, StandardOpenOption.READ);
    growth = new Growth();
    growth.reached(count);
    return new ReadAlong(file, growth);
  }

  /** The number of bytes that are there so far. */
  public long count() {
    return count;
  }

  /**
   * Checks size and digest, flushes the bytes, and publishes the blob under its digest. The name is
   * flushed with the next document or change of the index.
   *
   * @throws IntegrityException if it is not what was expected; nothing is published then
   */
  public Blob commit() throws IOException {
    Digest digest;
    if (expected == null) {
      digest = Digest.of(hasher.digest());
    } else {
      digest = expected.digest().finish(hasher.digest());
      check(expected, digest);
    }
    if (growth != null) {
      growth.complete();
    }
    putOnDevice();
    channel.close();
    // Also over an equal blob: the file there may be damaged, this one has just been verified.
    Path target = layout.publish(temporary, digest);
    kept = true;
    return new Blob(target, digest, count);
  }

  private void putOnDevice() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      // Not by a flush that closes the file: whether that one failed, nobody would learn.
      throw new InterruptedIOException("interrupted before a blob was flushed");
    }
    try {
      flush.finish();
      channel.force(true);
    } catch (IOException e) {
      // The next attempt would find it in memory, and nobody would tell again that it is lost.
      kept = false;
      throw e;
    }
  }

  private void check(Descriptor wanted, Digest actual) throws FlintException {
    if (count != wanted.size()) {
      throw new IntegrityException(
          "blob "
              + wanted.digest()
              + " is "
              + count
              + " bytes long, announced were "
              + wanted.size());
    }
    if (!actual.equals(wanted.digest())) {
      kept = false;
      throw new IntegrityException(
          "blob " + wanted.digest() + " arrived damaged: its bytes have the digest " + actual);
    }
  }

  @Override
  public void close() throws IOException {
    if (growth != null) {
      growth.end();
    }
    channel.close();
    if (!kept) {
      Files.deleteIfExists(temporary);
    }
  }
}
