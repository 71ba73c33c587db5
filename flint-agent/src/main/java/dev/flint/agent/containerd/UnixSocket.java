package dev.flint.agent.containerd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A unix socket as far as OkHttp needs a {@link Socket}; the JDK has channels only. Its streams are
 * not those of {@link java.nio.channels.Channels}, which let nobody write while one reads.
 */
final class UnixSocket extends Socket {
  private final Path path;
  private volatile @Nullable SocketChannel channel;
  private volatile boolean closed;

  UnixSocket(Path path) {
    this.path = path;
  }

  @Override
  public void connect(SocketAddress ignored, int timeout) throws IOException {
    SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel = opened;
    try {
      opened.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private SocketChannel open() throws SocketException {
    SocketChannel open = channel;
    if (open == null || closed) {
      throw new SocketException("Socket closed");
    }
    return open;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    SocketChannel open = open();
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return open.read(ByteBuffer.wrap(buffer, offset, length));
      }

      @Override
      public void close() throws IOException {
        UnixSocket.this.close();
      }
    };
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    SocketChannel open = open();
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
        while (bytes.hasRemaining()) {
          open.write(bytes);
        }
      }

      @Override
      public void close() throws IOException {
        UnixSocket.this.close();
      }
    };
  }

  @Override
  public boolean isConnected() {
    SocketChannel open = channel;
    return open != null && open.isConnected();
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public boolean isInputShutdown() {
    return false;
  }

  @Override
  public boolean isOutputShutdown() {
    return false;
  }

  /** HTTP/2 has timeouts of its own, for each stream. */
  @Override
  public synchronized void setSoTimeout(int timeout) {}

  @Override
  public synchronized int getSoTimeout() {
    return 0;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    SocketChannel open = channel;
    if (open != null) {
      open.close();
    }
  }
}
