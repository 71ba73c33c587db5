package dev.flint.agent.http.spdy;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * A session that a client has begun (SPDY/3.1). Frames are read in one thread, and written in any.
 * There are no windows: like the one that Kubernetes has, this session makes its client wait by not
 * reading on.
 */
public final class SpdySession implements Closeable {
  private static final int VERSION = 3;
  private static final int SYN_STREAM = 1;
  private static final int SYN_REPLY = 2;
  private static final int RST_STREAM = 3;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int FIN = 1;
  private static final int CONTROL = 0x8000;
  private static final int BUFFER = 16 * 1024;

  /** Of a frame that is not of data. */
  private static final int LONGEST = 16 * 1024;

  /** Status of a stream that the server does not take. */
  public static final int REFUSED = 3;

  /** Status of a session that the client has broken. */
  private static final int PROTOCOL_ERROR = 1;

  private static final byte[] NOTHING = {};

  private final DataInputStream in;
  private final Output out;
  private final Streams streams;
  private final SpdyHeaders headers = new SpdyHeaders();
  private final byte[] buffer = new byte[BUFFER];
  private int newest;

  /** Takes frames from any thread. */
  @FunctionalInterface
  public interface Output {
    /** Takes a whole frame, of two pieces so that none has to be copied; keeps neither. */
    void write(byte[] head, byte[] bytes, int offset, int length) throws IOException;
  }

  /** Takes what comes, in the thread that reads. */
  public interface Streams {
    /** The client opens a stream, which it waits to have accepted or reset. */
    void opened(int id, Map<String, String> headers) throws IOException;

    /** The client says something; whoever waits here makes it wait. */
    void data(int id, byte[] bytes, int offset, int length) throws IOException;

    /** The client says nothing more. */
    void finished(int id) throws IOException;

    /** The client wants no more of a stream. */
    void reset(int id) throws IOException;
  }

  /** Over a connection; nothing is read yet. */
  public SpdySession(InputStream in, Output out, Streams streams) {
    this.in = new DataInputStream(in);
    this.out = out;
    this.streams = streams;
  }

  /**
   * Reads until the client ends it.
   *
   * @throws IOException if it does not keep to the protocol, or goes in the middle of a frame
   */
  public void run() throws IOException {
    try {
      for (int first = in.read(); first >= 0; first = in.read()) {
        int head = (first << 8) | in.readUnsignedByte();
        if ((head & CONTROL) == 0) {
          data((head << 16) | in.readUnsignedShort());
        } else if (!control(head & ~CONTROL, in.readUnsignedShort())) {
          return;
        }
      }
    } catch (SpdyFault e) {
      control(GOAWAY, numbers(newest, PROTOCOL_ERROR));
      throw e;
    }
  }

  /** What a client may not do. */
  private static final class SpdyFault extends IOException {
    private static final long serialVersionUID = 1;

    SpdyFault(String message) {
      super(message);
    }
  }

  private int length() throws IOException {
    return (in.readUnsignedByte() << 16) | in.readUnsignedShort();
  }

  private void data(int id) throws IOException {
    int flags = in.readUnsignedByte();
    int left = length();
    while (left > 0) {
      int n = in.read(buffer, 0, Math.min(left, BUFFER));
      if (n < 0) {
        throw new EOFException("the client went in the middle of a frame");
      }
      streams.data(id, buffer, 0, n);
      left -= n;
    }
    if ((flags & FIN) != 0) {
      streams.finished(id);
    }
  }

  /** Says whether the session goes on. */
  private boolean control(int version, int type) throws IOException {
    int flags = in.readUnsignedByte();
    int length = length();
    if (version != VERSION || length > LONGEST) {
      throw new SpdyFault("no frame of SPDY/3");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    ByteBuffer content = ByteBuffer.wrap(bytes);
    int least = type == SYN_STREAM ? 10 : type == PING ? 4 : type == RST_STREAM ? 8 : 0;
    if (length < least) {
      throw new SpdyFault("a frame is too short");
    }
    switch (type) {
      case SYN_STREAM -> open(content, flags);
      case RST_STREAM -> streams.reset(content.getInt());
      case PING -> {
        int id = content.getInt();
        // An even one would be an answer.
        if ((id & 1) == 1) {
          control(PING, numbers(id));
        }
      }
      case GOAWAY -> {
        return false;
      }
      default -> {
        // Settings and windows, which nobody here needs; replies to what was not asked.
      }
    }
    return true;
  }

  private void open(ByteBuffer content, int flags) throws IOException {
    int id = content.getInt() & Integer.MAX_VALUE;
    // With it comes a stream that this one belongs to, and how urgent it is.
    content.position(10);
    byte[] block = new byte[content.remaining()];
    content.get(block);
    if ((id & 1) == 0 || id <= newest) {
      throw new SpdyFault("a stream has a number that it may not have");
    }
    newest = id;
    Map<String, String> all;
    try {
      all = headers.read(block);
    } catch (IOException e) {
      throw new SpdyFault(String.valueOf(e.getMessage()));
    }
    streams.opened(id, all);
    if ((flags & FIN) != 0) {
      streams.finished(id);
    }
  }

  /** Takes a stream; in the thread that reads. */
  public void accept(int id) throws IOException {
    byte[] none = headers.none();
    byte[] content = Arrays.copyOf(numbers(id), 4 + none.length);
    System.arraycopy(none, 0, content, 4, none.length);
    control(SYN_REPLY, content);
  }

  /** Says no to a stream, or no more. */
  public void reset(int id, int status) throws IOException {
    control(RST_STREAM, numbers(id, status));
  }

  /** Says something; waits until it is taken. */
  public void send(int id, byte[] bytes, int offset, int length) throws IOException {
    out.write(numbers(id, length), bytes, offset, length);
  }

  /** Says nothing more. */
  public void finish(int id) throws IOException {
    out.write(numbers(id, FIN << 24), NOTHING, 0, 0);
  }

  private void control(int type, byte[] content) throws IOException {
    int first = ((CONTROL | VERSION) << 16) | type;
    out.write(numbers(first, content.length), content, 0, content.length);
  }

  private static byte[] numbers(int... numbers) {
    byte[] out = new byte[4 * numbers.length];
    ByteBuffer.wrap(out).asIntBuffer().put(numbers);
    return out;
  }

  @Override
  public void close() {
    headers.close();
  }
}
