package dev.flint.registry.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One request to a {@link FaultServer} and the bytes that answer it. */
public final class Exchange {
  private final Socket socket;
  private final Following following;
  private final String method;
  private final String target;
  private final Map<String, String> headers;
  private final Chunks chunks = new Chunks();

  interface Following {
    Exchange on(Socket socket) throws IOException;
  }

  private Exchange(
      Socket socket,
      Following following,
      String method,
      String target,
      Map<String, String> headers) {
    this.socket = socket;
    this.following = following;
    this.method = method;
    this.target = target;
    this.headers = headers;
  }

  static Exchange read(Socket socket, Following following) throws IOException {
    List<String> lines = List.of(FaultServer.readHead(socket.getInputStream()).split("\r\n"));
    List<String> first = List.of(lines.get(0).split(" "));
    Map<String, String> headers = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Exchange(socket, following, first.get(0), first.get(1), headers);
  }

  /** Path and query as they were sent. */
  public String target() {
    return target;
  }

  /** The method. */
  public String method() {
    return method;
  }

  /** A header, named in lower case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The whole body, of the length announced or in chunks. */
  public byte[] body() throws IOException {
    return isChunked()
        ? chunks.readAllBytes()
        : body(header("content-length").map(Integer::parseInt).orElse(0));
  }

  private boolean isChunked() {
    return headers.containsKey("transfer-encoding");
  }

  /** The next bytes of the body. */
  public byte[] body(int length) throws IOException {
    byte[] bytes = (isChunked() ? chunks : socket.getInputStream()).readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the client ended before its body did");
    }
    return bytes;
  }

  /** Waits for the client to end the connection, in an orderly way, without saying more. */
  public int readUntilClosed() throws IOException {
    return socket.getInputStream().read();
  }

  /** Says that no more will come, and takes what the client still sends. */
  public void finish() throws IOException {
    socket.shutdownOutput();
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  /** Sends text as it is; lines must end as HTTP wants them to. */
  public Exchange send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes as they are. */
  public Exchange send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends a sound answer and announces that the connection ends after it. */
  public void reply(int status, String header, byte[] body) throws IOException {
    send("HTTP/1.1 " + status + " X\r\nConnection: close\r\n");
    if (!header.isEmpty()) {
      send(header + "\r\n");
    }
    send("Content-Length: " + body.length + "\r\n\r\n");
    if (!method.equals("HEAD")) {
      send(body);
    }
  }

  /** The next request on the same connection. */
  public Exchange next() throws IOException {
    return following.on(socket);
  }

  /** Ends the connection as a crash would. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Method and target. */
  @Override
  public String toString() {
    return method + " " + target;
  }

  /** A body in chunks (RFC 9112, section 7.1), without trailers. */
  private final class Chunks extends InputStream {
    private int left;
    private boolean ended;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0 && !ended) {
        left = Integer.parseInt(line(), 16);
        ended = left == 0;
        if (ended) {
          line();
        }
      }
      if (ended) {
        return -1;
      }
      int n = socket.getInputStream().read(bytes, offset, Math.min(length, left));
      if (n < 0) {
        throw new EOFException("the client ended before its body did");
      }
      left -= n;
      if (left == 0) {
        line();
      }
      return n;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = socket.getInputStream().read(); b != '\n'; b = socket.getInputStream().read()) {
        if (b < 0) {
          throw new EOFException("the client ended before its body did");
        }
        line.append((char) b);
      }
      return line.toString().strip();
    }
  }
}
