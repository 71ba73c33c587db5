package dev.flint.oci.delta;

import dev.flint.oci.delta.BlobPart.NoRangesException;
import dev.flint.oci.layer.BlobRange;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Both ends of a blob, asked for at once and kept, so that footer, table and header cost two
 * requests instead of four. Goes on where a link broke. Confined to one thread.
 */
final class RangeCache implements BlobRange {
  private static final int HEAD = 4096;
  private static final int TAIL = 256 * 1024;

  /** The longest table that is kept; a longer one is fetched anew when it is asked for again. */
  private static final int MAX_TAIL = 16 << 20;

  private final BlobSource source;
  private final long size;
  private final Pause pause;
  private long tailStart;
  private Optional<byte[]> head = Optional.empty();
  private Optional<byte[]> tail = Optional.empty();

  RangeCache(BlobSource source, long size, Pause pause) {
    this.source = source;
    this.size = size;
    this.pause = pause;
    this.tailStart = Math.max(0, size - TAIL);
  }

  @Override
  public Optional<InputStream> open(long from, long length) throws IOException {
    if (from < tailStart && from + length == size && length <= MAX_TAIL) {
      extendTail(from);
    }
    if (from >= tailStart) {
      tail = tail.isPresent() ? tail : read(tailStart, size - tailStart);
      return tail.map(bytes -> part(bytes, from - tailStart, length));
    }
    if (from + length <= HEAD) {
      head = head.isPresent() ? head : read(0, Math.min(HEAD, size));
      return head.map(bytes -> part(bytes, from, length));
    }
    return Optional.of(new BlobPart(source, from, length).read(pause));
  }

  /** Fetches what is missing of a longer tail. */
  private void extendTail(long from) throws IOException {
    if (tail.isEmpty()) {
      tailStart = from;
      return;
    }
    Optional<byte[]> more = read(from, tailStart - from);
    if (more.isPresent()) {
      byte[] longer = Arrays.copyOf(more.get(), (int) (size - from));
      System.arraycopy(tail.get(), 0, longer, more.get().length, tail.get().length);
      tail = Optional.of(longer);
      tailStart = from;
    }
  }

  private Optional<byte[]> read(long from, long length) throws IOException {
    try (InputStream in = new BlobPart(source, from, length).read(pause)) {
      return Optional.of(in.readNBytes((int) length));
    } catch (NoRangesException e) {
      return Optional.empty();
    }
  }

  private static InputStream part(byte[] bytes, long from, long length) {
    return new ByteArrayInputStream(bytes, (int) from, (int) length);
  }
}
