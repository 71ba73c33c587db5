package dev.flint.agent.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The body of an answer: in chunks (RFC 9112, 7.1) if nobody knows its length before. What is
 * written goes out with the next flush, or when there is enough. For one thread.
 */
final class Answer extends FilterOutputStream {
  private static final int CHUNK = 8 * 1024;
  private static final byte[] LINE = {'\r', '\n'};

  private final boolean chunked;
  private final byte[] chunk = new byte[CHUNK];
  private int filled;

  /** To a client. */
  Answer(OutputStream out, boolean chunked) {
    super(out);
    this.chunked = chunked;
  }

  @Override
  public void write(int b) throws IOException {
    if (filled == CHUNK) {
      send();
    }
    chunk[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (filled == CHUNK) {
        send();
      }
      int part = Math.min(CHUNK - filled, length - done);
      System.arraycopy(bytes, offset + done, chunk, filled, part);
      filled += part;
      done += part;
    }
  }

  private void send() throws IOException {
    if (filled == 0) {
      return;
    }
    if (chunked) {
      out.write((Integer.toHexString(filled) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(chunk, 0, filled);
      out.write(LINE);
    } else {
      out.write(chunk, 0, filled);
    }
    filled = 0;
  }

  @Override
  public void flush() throws IOException {
    send();
    out.flush();
  }

  /** Ends it as one that is whole; the connection stays. */
  @Override
  public void close() throws IOException {
    send();
    if (chunked) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.flush();
  }
}
