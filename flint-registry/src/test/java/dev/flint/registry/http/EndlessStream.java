package dev.flint.registry.http;

import java.io.InputStream;

/** So many bytes, without holding them. */
final class EndlessStream extends InputStream {
  private final byte[] pattern;
  private long left;

  EndlessStream(byte[] pattern, long size) {
    this.pattern = pattern.clone();
    this.left = size;
  }

  @Override
  public int read() {
    return left-- > 0 ? pattern[0] : -1;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    int n = (int) Math.min(left, Math.min(length, pattern.length));
    if (n <= 0) {
      return -1;
    }
    System.arraycopy(pattern, 0, buffer, offset, n);
    left -= n;
    return n;
  }
}
