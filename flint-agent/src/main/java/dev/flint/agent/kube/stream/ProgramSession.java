package dev.flint.agent.kube.stream;

import dev.flint.agent.containerd.ExecOutput;
import dev.flint.agent.containerd.ExecPipes;
import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.containerd.Program;
import dev.flint.agent.http.socket.WebSocket;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A program whose streams are the channels of a WebSocket. It belongs to its client: it is ended
 * when that goes. For one thread, and those that it starts.
 */
public final class ProgramSession {
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** A message every half minute keeps whoever is in between from forgetting the connection. */
  private static final int LOOKS_PER_PING = 15;

  private final WebSocket socket;
  private final ProgramWish wish;

  /** Guarded by this. */
  private @Nullable OutputStream stdin;

  /** Guarded by this. */
  private boolean ended;

  /** Starts programs in one container. */
  @FunctionalInterface
  public interface Starter {
    /**
     * Starts one.
     *
     * @throws IOException if it cannot be run
     */
    Program start(List<String> command, ExecStreams streams) throws IOException;
  }

  /** Of a client that speaks one of the channel protocols from the fourth on. */
  public ProgramSession(WebSocket socket, ProgramWish wish) {
    this.socket = socket;
    this.wish = wish;
  }

  /**
   * Runs a program until it has ended or the client is gone.
   *
   * @param parent in which a folder for its pipes is made
   */
  public void run(Starter starter, Path parent) throws IOException {
    Files.createDirectories(parent);
    try (ExecPipes pipes = ExecPipes.create(parent, wish.terminal())) {
      // So that the client knows that it is through, as a kubelet does it.
      int first = wish.stdout() ? Channel.STDOUT : wish.stderr() ? Channel.STDERR : Channel.STATUS;
      socket.send(first, new byte[0], 0, 0);
      ExecOutput out = new ExecOutput(pipes::openOut, new ChannelOutput(socket, Channel.STDOUT));
      ExecOutput err = new ExecOutput(pipes::openErr, new ChannelOutput(socket, Channel.STDERR));
      if (wish.stdout()) {
        out.start();
      }
      if (wish.stderr()) {
        err.start();
      }
      try {
        attend(starter.start(wish.command(), wish.of(pipes.streams())), pipes, out, err);
      } catch (FlintException e) {
        end(StreamStatus.failure(FlintException.line(e)));
      }
    }
  }

  private void attend(Program started, ExecPipes pipes, ExecOutput out, ExecOutput err)
      throws IOException {
    Thread waiter = new Thread(() -> awaitEnd(started, pipes, out, err), "flint-exec");
    waiter.setDaemon(true);
    try (Program program = started) {
      waiter.start();
      try {
        // The program may have ended without it; then whoever waits for that lets this go on.
        OutputStream in = wish.stdin() ? pipes.openIn() : null;
        feeds(in);
        new ProgramInput(socket, program, in, wish.terminal()).copy();
      } catch (IOException e) {
        socket.abort();
        throw e;
      }
    } finally {
      closeStdin();
      join(waiter);
    }
  }

  private static void join(Thread waiter) {
    try {
      waiter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEnd(Program program, ExecPipes pipes, ExecOutput out, ExecOutput err) {
    try {
      Optional<Integer> code = program.await(LOOK);
      for (int looks = 1; code.isEmpty(); looks++) {
        if (looks % LOOKS_PER_PING == 0) {
          socket.ping();
        }
        code = program.await(LOOK);
      }
      out.finish();
      err.finish();
      end(StreamStatus.exit(code.get()));
    } catch (IOException e) {
      end(StreamStatus.failure("nobody knows how the program ends: " + e.getMessage()));
    } finally {
      // Somebody may still wait for the program to begin to read, or to take more.
      release(pipes);
      closeStdin();
    }
  }

  /** The client may be gone already. */
  private void end(JsonObject status) {
    try {
      byte[] bytes = status.bytes();
      socket.send(Channel.STATUS, bytes, 0, bytes.length);
      socket.close(WebSocket.NORMAL, "");
    } catch (IOException e) {
      socket.abort();
    }
  }

  private static void release(ExecPipes pipes) {
    try {
      pipes.release();
    } catch (IOException e) {
      // They are gone, and nobody waits.
    }
  }

  private void feeds(@Nullable OutputStream in) {
    boolean over;
    synchronized (this) {
      stdin = in;
      over = ended;
    }
    if (over) {
      closeStdin();
    }
  }

  private void closeStdin() {
    OutputStream in;
    synchronized (this) {
      ended = true;
      in = stdin;
    }
    try {
      if (in != null) {
        in.close();
      }
    } catch (IOException e) {
      // Nobody reads it any more.
    }
  }
}
