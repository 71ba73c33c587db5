package dev.flint.oci.delta;

import dev.flint.oci.layer.BlobRange;
import dev.flint.oci.transfer.BlobSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Both ends of a blob, asked for at once and kept, so that footer, table and header cost two
 * requests instead of four. Confined to one thread.
 */
final class RangeCache implements BlobRange {
  private static final int HEAD = 4096;
  private static final int TAIL = 256 * 1024;

  private final BlobSource source;
  private final long size;
  private Optional<byte[]> head = Optional.empty();
  private Optional<byte[]> tail = Optional.empty();

  RangeCache(BlobSource source, long size) {
    this.source = source;
    this.size = size;
  }

  @Override
  public Optional<InputStream> open(long from, long length) throws IOException {
    long tailStart = Math.max(0, size - TAIL);
    if (from >= tailStart) {
      tail = tail.isPresent() ? tail : read(tailStart, size - tailStart);
      return tail.map(bytes -> part(bytes, from - tailStart, length));
    }
    if (from + length <= HEAD) {
      head = head.isPresent() ? head : read(0, Math.min(HEAD, size));
      return head.map(bytes -> part(bytes, from, length));
    }
    return source.range(from, length);
  }

  private Optional<byte[]> read(long from, long length) throws IOException {
    Optional<InputStream> range = source.range(from, length);
    if (range.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = range.get()) {
      return Optional.of(in.readNBytes((int) length));
    }
  }

  private static InputStream part(byte[] bytes, long from, long length) {
    return new ByteArrayInputStream(bytes, (int) from, (int) length);
  }
}
