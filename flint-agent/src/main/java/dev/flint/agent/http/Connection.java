package dev.flint.agent.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One client, from its handshake to its last request, in a thread of its own. A look is a second
 * (see {@link Patience}).
 */
final class Connection implements Runnable, Closeable {
  /** In which a request must be there, with the handshake. */
  private static final int REQUEST_LOOKS = 5;

  /** In which something of an answer must be taken. */
  private static final int ANSWER_LOOKS = 30;

  /** For how long a connection is kept on which nothing is asked. */
  private static final int IDLE_LOOKS = 30;

  /** Of what is thrown away of a request that is not read to its end. */
  private static final int MOST_LEFT = 256 * 1024;

  private static final int BUFFER = 8 * 1024;

  private final Socket client;
  private final @Nullable Tls tls;
  private final Site site;
  private final Patience patience;
  private final long begun = System.nanoTime();
  private volatile boolean idle;
  private volatile boolean answered;
  private volatile boolean admitted;

  /**
   * Of a client.
   *
   * @param tls null without it
   */
  Connection(Socket client, @Nullable Tls tls, Site site, Patience patience) {
    this.client = client;
    this.tls = tls;
    this.site = site;
    this.patience = patience;
  }

  /** Whether it only waits for another request. */
  boolean isIdle() {
    return idle;
  }

  /** How long it has been there. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Whether a request is being answered. */
  boolean isAnswered() {
    return answered;
  }

  /** Whether the site knows who it is. */
  boolean isAdmitted() {
    return admitted;
  }

  /** From now on it does not give way to strangers. */
  void admit() {
    admitted = true;
  }

  @Override
  public void run() {
    try (client;
        Patience.Watch watch = patience.watch(client)) {
      watch.reading(REQUEST_LOOKS);
      client.setTcpNoDelay(true);
      client.setKeepAlive(true);
      if (tls == null) {
        serve(client, null, watch);
      } else {
        SSLSocket secure = tls.over(client);
        secure.startHandshake();
        serve(secure, secure, watch);
      }
    } catch (IOException | RuntimeException e) {
      // The client went, or was cut off, or its answer cannot be ended; the connection says so.
    }
  }

  private void serve(Socket socket, @Nullable SSLSocket secure, Patience.Watch watch)
      throws IOException {
    InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    PatientOutput patient = new PatientOutput(socket.getOutputStream(), watch, ANSWER_LOOKS);
    OutputStream out = new BufferedOutputStream(patient, BUFFER);
    HeadReader heads = new HeadReader(in);
    boolean again = true;
    int first = in.read();
    while (again && first >= 0) {
      again = false;
      try {
        RequestHead head = heads.read(first);
        watch.reading(0);
        answered = true;
        Call call = new Call(head, secure, new Wire(in, out, patient, watch), this::admit);
        answer(call);
        call.end();
        again = call.isPersistent() && !call.isUpgraded();
      } catch (BadRequest e) {
        Call.refuse(out, e.status(), e.line());
      }
      answered = false;
      if (again) {
        first = next(in, watch);
      }
    }
    hangUp(socket, in, watch);
  }

  /** Waits for another request, which then has to be there as quickly as the first. */
  private int next(InputStream in, Patience.Watch watch) throws IOException {
    watch.reading(IDLE_LOOKS);
    idle = true;
    int first = in.read();
    idle = false;
    watch.reading(REQUEST_LOOKS);
    return first;
  }

  /** A connection that is closed with something unread may take the answer with it. */
  private static void hangUp(Socket socket, InputStream in, Patience.Watch watch)
      throws IOException {
    watch.reading(REQUEST_LOOKS);
    watch.writing(REQUEST_LOOKS);
    socket.shutdownOutput();
    watch.writing(0);
    byte[] waste = new byte[BUFFER];
    int left = MOST_LEFT;
    for (int n = in.read(waste); n >= 0 && left > 0; n = in.read(waste)) {
      left -= n;
    }
    watch.writing(REQUEST_LOOKS);
    socket.close();
  }

  /** Throws what happens once an answer was begun. */
  private void answer(Call call) throws IOException {
    try {
      site.answer(call);
    } catch (FlintException e) {
      if (call.isAnswered()) {
        throw e;
      }
      call.line(status(e.code()), FlintException.line(e));
    } catch (IOException | RuntimeException e) {
      if (call.isAnswered()) {
        throw e;
      }
      call.line(500, "internal error of the agent: " + e);
    }
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case USAGE -> 400;
      case NOT_FOUND -> 404;
      default -> 500;
    };
  }

  /** Hangs up, whatever goes on. */
  @Override
  public void close() throws IOException {
    client.close();
  }
}
