package dev.flint.agent.kube.stream;

import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A connection to a port of a pod, made and read in a thread of its own. */
final class ForwardedPort implements Closeable {
  private static final int BUFFER = 16 * 1024;

  private final Dialer dialer;
  private final int port;
  private final Sink sink;
  private final Forwarding forwarding;

  /** Empty if there is none. */
  private final CompletableFuture<Optional<Socket>> connected = new CompletableFuture<>();

  /** Of a pod; nothing is done before it is started. It has a place, which it gives back. */
  ForwardedPort(Dialer dialer, int port, Sink sink, Forwarding forwarding) {
    this.dialer = dialer;
    this.port = port;
    this.sink = sink;
    this.forwarding = forwarding;
  }

  /** Takes what the pod says, in the connection's thread. */
  interface Sink {
    /** It says something; whoever waits here makes it wait. */
    void data(byte[] bytes, int offset, int length) throws IOException;

    /** It has said nothing for a while: time to look whether anybody is there to hear it. */
    void quiet() throws IOException;

    /**
     * It says nothing more, or could not be reached.
     *
     * @param error why, or empty
     */
    void ended(String error) throws IOException;

    /** Nobody hears it any more, nor any other port of the client. */
    void gone();
  }

  /** Connects; what is written meanwhile waits. The client is told if that cannot even be begun. */
  void start() throws IOException {
    try {
      forwarding.threads().execute(this::run);
    } catch (OutOfMemoryError e) {
      // No thread is to be had for a moment; the other connections are not to suffer.
      forwarding.giveBack(1);
      connected.complete(Optional.empty());
      sink.ended(failed(e));
    }
  }

  private String failed(Throwable failure) {
    return "cannot connect to port " + port + ": " + failure.getMessage();
  }

  private void run() {
    try {
      String error = "";
      try (Socket socket = dialer.dial(port)) {
        connected.complete(Optional.of(socket));
        copy(socket);
      } catch (FlintException e) {
        error = FlintException.line(e);
      } catch (IOException e) {
        // One that was cut off has ended, too; one that was never there is told.
        error = connected.isDone() ? "" : failed(e);
      } finally {
        connected.complete(Optional.empty());
      }
      sink.ended(error);
    } catch (IOException e) {
      // Whoever reads from the client may not see it, as it may wait for a pod to take something.
      sink.gone();
    } finally {
      forwarding.giveBack(1);
    }
  }

  private void copy(Socket from) throws IOException {
    from.setSoTimeout((int) forwarding.ping().toMillis());
    InputStream in = from.getInputStream();
    byte[] buffer = new byte[BUFFER];
    for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
      sink.data(buffer, 0, n);
    }
  }

  private int read(InputStream in, byte[] buffer) throws IOException {
    while (true) {
      try {
        return in.read(buffer);
      } catch (SocketTimeoutException e) {
        sink.quiet();
      }
    }
  }

  /** Says something to the pod; to one that is not there, nothing. */
  void write(byte[] bytes, int offset, int length) {
    Optional<Socket> socket = connected.join();
    try {
      if (socket.isPresent()) {
        socket.get().getOutputStream().write(bytes, offset, length);
      }
    } catch (IOException e) {
      // It has gone; its reader says so.
    }
  }

  /** Says nothing more to the pod. */
  void finish() {
    try {
      Optional<Socket> socket = connected.join();
      if (socket.isPresent()) {
        socket.get().shutdownOutput();
      }
    } catch (IOException e) {
      // It has gone.
    }
  }

  /** Hangs up on the pod, now or once it is connected; whoever writes to it goes on. */
  @Override
  public void close() {
    var unused = connected.thenAccept(socket -> socket.ifPresent(ForwardedPort::close));
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }
}
