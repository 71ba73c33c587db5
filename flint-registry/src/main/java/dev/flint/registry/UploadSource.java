package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.SingleDoorInputStream;
import dev.flint.oci.transfer.BlobSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The bytes of a blob, from wherever its upload goes on. Also those that are read in pieces are
 * verified as a whole: by a hash whose states are kept for a while, so that going back a little
 * costs little. Confined to one thread.
 */
final class UploadSource implements AutoCloseable {
  private static final long MARK_EVERY = 4L << 20;
  private static final int MARKS = 32;

  private final Descriptor blob;
  private final BlobSource source;
  private final LongConsumer meter;
  private final Deque<Mark> marks = new ArrayDeque<>();
  private Optional<InputStream> current = Optional.empty();
  private MessageDigest hasher;
  private long position;
  private long metered;
  private long reached;
  private long sent;
  private Optional<IOException> failure = Optional.empty();

  /** The hash of all bytes before a position. */
  private record Mark(long position, MessageDigest hasher) {}

  /**
   * Reads a source.
   *
   * @param meter is told each byte once, when it is sent for the first time
   * @param reached how far the blob was sent before, which the meter was told
   */
  UploadSource(Descriptor blob, BlobSource source, LongConsumer meter, long reached)
      throws IOException {
    this.blob = blob;
    this.source = source;
    this.meter = meter;
    this.reached = reached;
    this.metered = reached;
    this.hasher = blob.digest().hasher();
  }

  /** The whole blob, as the source gives (and verifies) it. */
  BlobSource whole() {
    return () -> {
      close();
      reached = 0;
      return new Watched(opened(), 0, Long.MAX_VALUE);
    };
  }

  /** A part of the blob. */
  BlobSource chunk(long from, long length) {
    return () -> {
      seek(from);
      reached = from == 0 ? 0 : reached;
      return new Watched(new Verified(current.orElseThrow()), from, from + length);
    };
  }

  /** How far the source was read for the current upload. */
  long reached() {
    return reached;
  }

  /** How many bytes were read to be sent, each time they were. */
  long sent() {
    return sent;
  }

  /** Whether a failure is one of the source, which no other upload would change. */
  boolean isToBlame(IOException e) {
    return failure.isPresent() && failure.get() == e && !(e instanceof LostConnectionException);
  }

  private InputStream opened() throws IOException {
    try {
      return source.open();
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  private void seek(long from) throws IOException {
    if (current.isPresent() && position == from) {
      return;
    }
    close();
    try {
      reopen(from);
    } catch (EOFException e) {
      throw new IntegrityException("blob " + blob.digest() + " became shorter while it was sent");
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  private void reopen(long from) throws IOException {
    marks.removeIf(mark -> mark.position() > from);
    Optional<Mark> mark = Optional.ofNullable(marks.peekLast());
    Optional<InputStream> range =
        mark.isPresent()
            ? source.range(mark.get().position(), blob.size() - mark.get().position())
            : Optional.empty();
    if (mark.isPresent() && range.isPresent()) {
      position = mark.get().position();
      hasher = copy(mark.get().hasher()).orElseThrow();
      current = range;
    } else {
      position = 0;
      hasher = blob.digest().hasher();
      current = Optional.of(source.open());
    }
    new Verified(current.orElseThrow()).skipNBytes(from - position);
  }

  /** Some providers' hashes cannot be copied; then going back means starting over. */
  private static Optional<MessageDigest> copy(MessageDigest hasher) {
    try {
      return Optional.of((MessageDigest) hasher.clone());
    } catch (CloneNotSupportedException e) {
      return Optional.empty();
    }
  }

  /** Reads on from the position, and hashes. */
  private final class Verified extends SingleDoorInputStream {
    Verified(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = in.read(buffer, offset, length);
      if (n > 0) {
        hasher.update(buffer, offset, n);
        position += n;
        remember();
        if (position == blob.size()) {
          checkDigest();
        }
      }
      return n;
    }

    @Override
    public void close() {
      // The next chunk goes on here.
    }
  }

  private void remember() {
    long last = marks.isEmpty() ? 0 : marks.getLast().position();
    if (position - last < MARK_EVERY) {
      return;
    }
    copy(hasher).ifPresent(state -> marks.add(new Mark(position, state)));
    if (marks.size() > MARKS) {
      marks.removeFirst();
    }
  }

  /** Before the last bytes go out, so that a registry never gets all of a blob that changed. */
  private void checkDigest() throws IOException {
    Digest actual = blob.digest().finish(hasher.digest());
    if (!actual.equals(blob.digest())) {
      throw new IntegrityException(
          "blob "
              + blob.digest()
              + " changed while it was sent: its bytes have the digest "
              + actual);
    }
  }

  /** Counts what is sent, and knows whose fault it is if nothing comes. */
  private final class Watched extends SingleDoorInputStream {
    private final long end;
    private long at;

    Watched(InputStream in, long from, long end) {
      super(in);
      this.at = from;
      this.end = end;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (at == end) {
        return -1;
      }
      try {
        int n = in.read(buffer, offset, (int) Math.min(length, end - at));
        count(Math.max(n, 0));
        return n;
      } catch (IOException e) {
        failure = Optional.of(e);
        throw e;
      }
    }

    private void count(int n) {
      at += n;
      sent += n;
      reached = Math.max(reached, at);
      if (at > metered) {
        meter.accept(at - metered);
        metered = at;
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (current.isPresent()) {
      InputStream open = current.get();
      current = Optional.empty();
      open.close();
    }
  }
}
