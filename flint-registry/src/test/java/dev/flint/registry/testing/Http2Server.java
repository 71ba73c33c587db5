package dev.flint.registry.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * An HTTP/2 server that a test scripts frame by frame (RFC 9113). It does not decode what is asked:
 * the script goes by the number of the request.
 */
public final class Http2Server implements AutoCloseable {
  private static final int PREFACE = 24;
  private static final int MAX_DATA = 16_384;

  private final SSLServerSocket listener;
  private final Script script;
  private final List<SSLSocket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();

  /** What to do with one request. */
  public interface Script {
    void serve(int number, Stream stream) throws IOException;
  }

  private Http2Server(SSLServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
  }

  /** Starts one on a free loopback port. */
  public static Http2Server start(TestCertificate certificate, Script script) throws IOException {
    char[] password = TestCertificate.PASSWORD.toCharArray();
    try (InputStream in = Files.newInputStream(certificate.keyStore())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      SSLServerSocket listener =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      SSLParameters parameters = listener.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      listener.setSSLParameters(parameters);
      Http2Server server = new Http2Server(listener, script);
      server.thread(server::accept);
      return server;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** {@code HOST:PORT}. */
  public String host() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** How many requests came. */
  public int requests() {
    return requests.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        SSLSocket socket = (SSLSocket) listener.accept();
        sockets.add(socket);
        thread(() -> serve(socket));
      } catch (IOException e) {
        // Closed: the loop ends.
      }
    }
  }

  private void serve(SSLSocket socket) {
    try (socket;
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
      in.readFully(new byte[PREFACE]);
      frame(out, 4, 0, 0, new byte[0]);
      while (!socket.isClosed()) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int id = in.readInt();
        in.readFully(new byte[length]);
        if (type == 4 && flags == 0) {
          frame(out, 4, 1, 0, new byte[0]);
        } else if (type == 1) {
          script.serve(requests.incrementAndGet(), new Stream(socket, out, id));
        }
      }
    } catch (IOException e) {
      // The client went away, or the script made it.
    }
  }

  private static void frame(DataOutputStream out, int type, int flags, int id, byte[] payload)
      throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(id);
    out.write(payload);
    out.flush();
  }

  private void thread(Runnable work) {
    Thread thread = new Thread(work, "http2-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SSLSocket socket : sockets) {
      socket.close();
    }
  }

  /** The answer to one request. */
  public static final class Stream {
    private final SSLSocket socket;
    private final DataOutputStream out;
    private final int id;

    private Stream(SSLSocket socket, DataOutputStream out, int id) {
      this.socket = socket;
      this.out = out;
      this.id = id;
    }

    /** Sends the headers of a whole body. */
    public Stream whole(int length) throws IOException {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      // :status 200 of the static table (RFC 7541).
      block.write(0x88);
      literal(block, 28, Integer.toString(length));
      frame(out, 1, 4, id, block.toByteArray());
      return this;
    }

    /** Sends the headers of the rest of a body. */
    public Stream rest(int from, int length) throws IOException {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      // :status 206.
      block.write(0x8a);
      literal(block, 28, Integer.toString(length - from));
      literal(block, 30, "bytes " + from + "-" + (length - 1) + "/" + length);
      frame(out, 1, 4, id, block.toByteArray());
      return this;
    }

    /** A header that the static table knows, not indexed. */
    private static void literal(ByteArrayOutputStream block, int name, String value) {
      block.write(0x0f);
      block.write(name - 15);
      block.write(value.length());
      block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a part of the body. */
    public Stream data(byte[] bytes, int from, int to, boolean last) throws IOException {
      for (int at = from; at < to; at += MAX_DATA) {
        int end = Math.min(to, at + MAX_DATA);
        byte[] part = new byte[end - at];
        System.arraycopy(bytes, at, part, 0, part.length);
        frame(out, 0, last && end == to ? 1 : 0, id, part);
      }
      return this;
    }

    /** RST_STREAM with INTERNAL_ERROR. */
    public void reset() throws IOException {
      frame(out, 3, 0, id, new byte[] {0, 0, 0, 2});
    }

    /** GOAWAY: this stream was not processed, and the connection ends. */
    public void goAway() throws IOException {
      frame(out, 7, 0, 0, new byte[8]);
      socket.close();
    }
  }
}
