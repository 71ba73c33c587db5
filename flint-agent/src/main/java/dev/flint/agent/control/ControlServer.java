package dev.flint.agent.control;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Answers the command line. Whoever may open the socket may do anything an agent can, so it is its
 * owner's alone. A connection is served by a thread of its own.
 */
public final class ControlServer implements Closeable {
  private static final int MAX_CONNECTIONS = 64;
  private static final int END_SECONDS = 5;
  private static final int STACK = 512 * 1024;
  private static final long PAUSE_NANOS = 200_000_000;

  private final ServerSocketChannel server;
  private final ControlSession.Factory sessions;
  private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
  private final Set<SocketChannel> open = new HashSet<>();

  private ControlServer(ServerSocketChannel server, ControlSession.Factory sessions) {
    this.server = server;
    this.sessions = sessions;
  }

  /**
   * Listens. A socket that is there is taken for one of a dead agent: its lock says so.
   *
   * @param socket a path of at most 107 bytes
   */
  public static ControlServer start(Path socket, ControlSession.Factory sessions)
      throws IOException {
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    ControlServer control = new ControlServer(server, sessions);
    control.spawn(control::accept, "flint-control");
    return control;
  }

  private void spawn(Runnable work, String name) {
    Thread thread = new Thread(null, work, name, STACK);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (server.isOpen()) {
      free.acquireUninterruptibly();
      try {
        SocketChannel channel = server.accept();
        if (isServed(channel)) {
          spawn(() -> serve(channel), "flint-client");
        } else {
          channel.close();
          free.release();
        }
      } catch (IOException e) {
        // Out of descriptors, or the agent ends, which the loop asks for.
        free.release();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private boolean isServed(SocketChannel channel) {
    synchronized (open) {
      return server.isOpen() && open.add(channel);
    }
  }

  private void serve(SocketChannel channel) {
    try (Lines lines = new Lines(channel);
        ControlSession session = sessions.open(lines)) {
      Optional<JsonObject> request = lines.read();
      while (request.isPresent()) {
        lines.write(answer(session, request.get()));
        session.answered();
        request = lines.read();
      }
    } catch (IOException e) {
      // The client is gone, or speaks another language.
    } finally {
      synchronized (open) {
        open.remove(channel);
      }
      free.release();
    }
  }

  private static JsonObject answer(ControlSession session, JsonObject request) {
    try {
      return session.answer(request);
    } catch (FlintException e) {
      return error(e.code(), String.valueOf(e.getMessage()), e.remedy());
    } catch (IOException e) {
      return error(ErrorCode.LOCAL_IO, String.valueOf(e.getMessage()), "");
    } catch (RuntimeException e) {
      return error(ErrorCode.INTERNAL, "internal error of the agent: " + e, "see its log");
    }
  }

  private static JsonObject error(ErrorCode code, String message, String remedy) {
    return JsonObject.empty()
        .with(
            "error",
            JsonObject.empty()
                .with("code", code.name())
                .with("message", message)
                .with("remedy", remedy));
  }

  /** How many clients are connected. */
  public int connections() {
    synchronized (open) {
      return open.size();
    }
  }

  /**
   * Stops to listen, unless somebody is connected. Whoever connects at that moment either counts,
   * or gets no answer.
   */
  public boolean closeIfUnused() throws IOException {
    synchronized (open) {
      if (open.isEmpty()) {
        server.close();
      }
      return open.isEmpty();
    }
  }

  /** Hangs up on all clients, and gives what they ran some time to be ended. */
  @Override
  public void close() throws IOException {
    server.close();
    synchronized (open) {
      for (SocketChannel channel : open) {
        channel.close();
      }
    }
    try {
      var unused = free.tryAcquire(MAX_CONNECTIONS, END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
