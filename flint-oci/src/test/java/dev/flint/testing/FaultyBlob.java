package dev.flint.testing;

import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.SingleDoorInputStream;
import dev.flint.oci.transfer.BlobSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A blob behind a link that counts what comes, and can be made to fail. Thread-safe. */
public final class FaultyBlob implements BlobSource {
  private final byte[] content;
  private final List<String> requests = new ArrayList<>();
  private Answer answer = (from, bytes) -> Optional.of(new ByteArrayInputStream(bytes));
  private long bytes;
  private long budget = Long.MAX_VALUE;

  /** What comes instead of some bytes. */
  @FunctionalInterface
  public interface Answer {
    /** Answers a request for these bytes; empty if there are no ranges. */
    Optional<InputStream> to(long from, byte[] bytes) throws IOException;
  }

  /** A link without a fault. */
  public FaultyBlob(byte[] content) {
    this.content = content;
  }

  /** Answers requests for ranges in another way. */
  public synchronized FaultyBlob ranges(Answer newAnswer) {
    answer = newAnswer;
    return this;
  }

  /** Loses each connection after so many bytes more, on all of them together. */
  public synchronized FaultyBlob dieAfter(long more) {
    budget = more;
    return this;
  }

  /** The bytes that came, and counts again from zero. */
  public synchronized long takeBytes() {
    long came = bytes;
    bytes = 0;
    return came;
  }

  /** What was asked for: {@code whole}, or {@code FROM+LENGTH}. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  private synchronized Answer note(String request) {
    requests.add(request);
    return answer;
  }

  private synchronized int spend(int wanted) {
    int allowed = (int) Math.min(wanted, budget);
    budget -= allowed;
    bytes += allowed;
    return allowed;
  }

  @Override
  public InputStream open() throws IOException {
    note("whole");
    return counted(new ByteArrayInputStream(content));
  }

  @Override
  public Optional<InputStream> range(long from, long length) throws IOException {
    byte[] part = Arrays.copyOfRange(content, (int) from, Math.toIntExact(from + length));
    return note(from + "+" + length).to(from, part).map(this::counted);
  }

  private InputStream counted(InputStream stream) {
    return new SingleDoorInputStream(stream) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, Math.min(length, 16 * 1024));
        if (n < 0) {
          return n;
        }
        int allowed = spend(n);
        if (allowed == 0 && n > 0) {
          throw new LostConnectionException("the link broke");
        }
        return allowed;
      }
    };
  }

  /** A stream whose connection is lost after some bytes. */
  public static InputStream cut(byte[] bytes, int after) {
    return new SingleDoorInputStream(new ByteArrayInputStream(bytes, 0, after)) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n < 0 && after < bytes.length) {
          throw new LostConnectionException("the link broke");
        }
        return n;
      }
    };
  }
}
