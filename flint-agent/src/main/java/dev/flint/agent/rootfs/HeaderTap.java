package dev.flint.agent.rootfs;

import dev.flint.oci.layer.TarStream;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Passes a tar to its reader and keeps the bytes of the headers before an entry, as the reader
 * takes the values of PAX records for text, which extended attributes are not. Confined to one
 * thread.
 */
final class HeaderTap extends SingleDoorInputStream {
  private static final int BLOCK = 512;

  private final TarStream tar;
  private final ByteArrayOutputStream headers = new ByteArrayOutputStream(4 * BLOCK);
  private long count;
  private long headersStart;
  private boolean inHeaders;

  HeaderTap(TarStream tar) {
    super(tar);
    this.tar = tar;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = tar.read(buffer, offset, length);
    if (n > 0) {
      if (inHeaders) {
        int padding = (int) Math.max(0, Math.min(n, headersStart - count));
        headers.write(buffer, offset + padding, n - padding);
      }
      count += n;
    }
    return n;
  }

  /** What follows, up to {@link #beginData}, are headers; the stream limits their size. */
  void beginHeaders() {
    tar.beginHeaders();
    headers.reset();
    headersStart = (count + BLOCK - 1) / BLOCK * BLOCK;
    inHeaders = true;
  }

  /** What follows is the content of a file. */
  void beginData() {
    tar.beginData();
    inHeaders = false;
  }

  /** The headers of the entry: whole blocks. */
  byte[] headers() {
    return headers.toByteArray();
  }

  /** Checks the tar as a whole. */
  void finish() throws IOException {
    inHeaders = false;
    tar.finish();
  }
}
