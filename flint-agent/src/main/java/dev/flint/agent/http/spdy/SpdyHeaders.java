package dev.flint.agent.http.spdy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Blocks of headers, compressed over the whole of a session (SPDY/3, 2.6.10). For one thread. */
final class SpdyHeaders implements Closeable {
  /** Of a block as it is when it was inflated, in bytes. */
  private static final int LONGEST = 16 * 1024;

  private final byte[] dictionary = SpdyDictionary.bytes();
  private final Inflater inflater = new Inflater();
  private final Deflater deflater = new Deflater();
  private final byte[] plain = new byte[LONGEST];

  SpdyHeaders() {
    deflater.setDictionary(dictionary);
  }

  /**
   * Reads a block.
   *
   * @return values by names in lower case
   * @throws IOException if it is none, or is too long
   */
  Map<String, String> read(byte[] block) throws IOException {
    ByteBuffer all = inflate(block);
    Map<String, String> headers = new LinkedHashMap<>();
    int count = number(all);
    for (int i = 0; i < count; i++) {
      headers.put(text(all).toLowerCase(Locale.ROOT), text(all));
    }
    return headers;
  }

  private ByteBuffer inflate(byte[] block) throws IOException {
    int length = 0;
    inflater.setInput(block);
    try {
      while (!inflater.needsInput()) {
        int n = inflater.inflate(plain, length, LONGEST - length);
        length += n;
        if (n == 0 && inflater.needsDictionary()) {
          inflater.setDictionary(dictionary);
        } else if (n == 0 && !inflater.needsInput()) {
          throw new IOException("a block of headers is too long, or goes on after its end");
        }
      }
    } catch (DataFormatException | IllegalArgumentException e) {
      throw new IOException("no block of headers: " + e.getMessage(), e);
    }
    return ByteBuffer.wrap(plain, 0, length);
  }

  private static int number(ByteBuffer plain) throws IOException {
    int number = plain.remaining() < 4 ? -1 : plain.getInt();
    if (number < 0) {
      throw new IOException("no block of headers");
    }
    return number;
  }

  private static String text(ByteBuffer plain) throws IOException {
    int length = number(plain);
    if (length > plain.remaining()) {
      throw new IOException("no block of headers");
    }
    byte[] text = new byte[length];
    plain.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** A block without headers. */
  byte[] none() {
    byte[] block = new byte[64];
    deflater.setInput(new byte[4]);
    int length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
    byte[] out = new byte[length];
    System.arraycopy(block, 0, out, 0, length);
    return out;
  }

  @Override
  public void close() {
    inflater.end();
    deflater.end();
  }
}
