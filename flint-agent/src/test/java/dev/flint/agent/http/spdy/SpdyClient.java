package dev.flint.agent.http.spdy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.Deflater;

/** The other side of a session, as far as port-forward needs it. For one thread. */
public final class SpdyClient {
  private static final int FIN = 1;

  private final DataInputStream in;
  private final OutputStream out;
  private final Deflater deflater = new Deflater();
  private int newest = -1;

  /** Over a connection; each frame is one write. */
  public SpdyClient(InputStream in, OutputStream out) {
    this.in = new DataInputStream(in);
    this.out = out;
    deflater.setDictionary(SpdyDictionary.bytes());
  }

  /**
   * What the server says.
   *
   * @param type 0 of data
   * @param stream 0 if it is of none
   * @param text of data
   */
  public record Frame(int type, int stream, boolean last, String text) {
    /** Whether a stream is taken. */
    public boolean isReply() {
      return type == 2;
    }

    /** Whether a stream is not taken. */
    public boolean isReset() {
      return type == 3;
    }
  }

  /** Asks for a stream; says its number. */
  public int open(String type, int port, String request) throws IOException {
    newest += 2;
    byte[] block = block(Map.of("streamtype", type, "port", "" + port, "requestid", request));
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(content);
    data.writeInt(newest);
    data.write(new byte[6]);
    data.write(block);
    write(0x80030001, 0, content.toByteArray());
    return newest;
  }

  private byte[] block(Map<String, String> headers) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(plain);
    data.writeInt(headers.size());
    for (Map.Entry<String, String> header : headers.entrySet()) {
      for (String text : new String[] {header.getKey(), header.getValue()}) {
        data.writeInt(text.length());
        data.write(text.getBytes(StandardCharsets.US_ASCII));
      }
    }
    deflater.setInput(plain.toByteArray());
    byte[] block = new byte[1000];
    int length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
    return Arrays.copyOf(block, length);
  }

  /** Says something on a stream. */
  public void send(int stream, byte[] bytes) throws IOException {
    write(stream, 0, bytes);
  }

  /** Says nothing more on a stream. */
  public void finish(int stream) throws IOException {
    write(stream, FIN, new byte[0]);
  }

  /** Wants no more of a stream. */
  public void reset(int stream) throws IOException {
    write(0x80030003, 0, ByteBuffer.allocate(8).putInt(stream).putInt(5).array());
  }

  private void write(int first, int flags, byte[] content) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(frame);
    data.writeInt(first);
    data.writeInt((flags << 24) | content.length);
    data.write(content);
    out.write(frame.toByteArray());
  }

  /** Waits for the next frame. */
  public Frame read() throws IOException {
    int first = in.readInt();
    int rest = in.readInt();
    byte[] content = new byte[rest & 0xffffff];
    in.readFully(content);
    boolean last = (rest >>> 24 & FIN) != 0;
    if (first >= 0) {
      return new Frame(0, first, last, new String(content, StandardCharsets.UTF_8));
    }
    int stream = content.length < 4 ? 0 : ByteBuffer.wrap(content).getInt() & Integer.MAX_VALUE;
    return new Frame(first & 0xffff, stream, last, "");
  }
}
