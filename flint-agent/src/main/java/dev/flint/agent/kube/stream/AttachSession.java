package dev.flint.agent.kube.stream;

import dev.flint.agent.containerd.Attachable;
import dev.flint.agent.http.socket.WebSocket;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.instance.Interaction;
import dev.flint.agent.log.LogLine;
import dev.flint.agent.log.LogQuery;
import dev.flint.agent.log.LogReader;
import dev.flint.agent.log.RunOutput;
import dev.flint.agent.supervise.Supervisor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an instance writes from now on, as channels of a WebSocket, until it ends or whoever typed
 * has done so; and what is typed to it. Where a log leaves values out, it is read of that, half a
 * second late. For one thread, and the one that it starts.
 */
public final class AttachSession {
  /** A terminal shows what is typed only when it comes back. */
  private static final long LOOK_MILLIS = 20;

  private static final long LOOK_AT_LOG_MILLIS = 250;
  private static final long PING_NANOS = Duration.ofSeconds(30).toNanos();

  private final WebSocket socket;
  private final ProgramWish wish;
  private final Supervisor supervisor;
  private final InstanceId id;
  private final CountDownLatch gone = new CountDownLatch(1);
  private long nextPing = System.nanoTime() + PING_NANOS;

  /** Of a client. */
  public AttachSession(WebSocket socket, ProgramWish wish, Supervisor supervisor, InstanceId id) {
    this.socket = socket;
    this.wish = wish;
    this.supervisor = supervisor;
    this.id = id;
  }

  /** Follows the instance until it has ended or the client is gone. */
  public void run() throws IOException {
    Attachable program = supervisor.attachable(id).orElse(null);
    try (OutputStream in = wish.stdin() && program != null ? program.openStdin() : null;
        RunOutput output = supervisor.output(id).orElse(null)) {
      Thread follower = new Thread(() -> follow(output, in), "flint-attach");
      follower.setDaemon(true);
      follower.start();
      try {
        type(program, in);
      } catch (IOException e) {
        socket.abort();
        throw e;
      } finally {
        gone.countDown();
        join(follower);
      }
    }
  }

  private static void join(Thread follower) {
    try {
      follower.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void type(@Nullable Attachable program, @Nullable OutputStream in) throws IOException {
    Interaction interaction =
        supervisor
            .find(id)
            .map(view -> view.spec().extras().interaction())
            .orElse(Interaction.NONE);
    AttachedConsole console = new AttachedConsole(program, interaction, gone::countDown);
    try {
      new ProgramInput(socket, console, in, interaction.terminal()).copy();
    } finally {
      if (in != null) {
        in.close();
        console.leave();
      }
    }
  }

  private void follow(@Nullable RunOutput output, @Nullable OutputStream in) {
    try {
      // So that the client knows that it is through: what is written from here on, it is shown.
      socket.send(Channel.STATUS, new byte[0], 0, 0);
      if (output == null) {
        followLog();
      } else {
        followOutput(output);
      }
      byte[] status = StreamStatus.exit(0).bytes();
      socket.send(Channel.STATUS, status, 0, status.length);
      socket.close(WebSocket.NORMAL, "");
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // The client is gone, or takes too little, or nobody can read the log; it is told by the end
      // of the connection, as it is of what nobody thought of: else it would wait for ever.
      socket.abort();
    } finally {
      letGo(in);
    }
  }

  /** Whoever types may wait for the program to take more, which it does not any more. */
  private static void letGo(@Nullable OutputStream in) {
    try {
      if (in != null) {
        in.close();
      }
    } catch (IOException e) {
      // There is nothing to lose.
    }
  }

  private void followOutput(RunOutput output) throws IOException {
    boolean more = true;
    while (more) {
      // First, so that nothing is missed that came before the end.
      boolean over = output.isOver() || !runs();
      boolean left = output.copy(this::pass);
      more = left ? awaitMore(0) : !over && awaitMore(LOOK_MILLIS);
    }
  }

  private void pass(boolean error, byte[] bytes, int length) throws IOException {
    if (error ? wish.stderr() : wish.stdout()) {
      socket.send(error ? Channel.STDERR : Channel.STDOUT, bytes, 0, length);
    }
  }

  private void followLog() throws IOException {
    new LogReader(supervisor.folder(id))
        .follow(
            new LogQuery(false, 0, Instant.MIN),
            this::pass,
            () -> awaitMore(LOOK_AT_LOG_MILLIS) && runs());
  }

  private void pass(LogLine line) throws IOException {
    byte[] text = (line.text() + (line.full() ? "\n" : "")).getBytes(StandardCharsets.UTF_8);
    pass(line.stream().equals("stderr"), text, text.length);
  }

  private boolean runs() {
    return supervisor.find(id).map(view -> view.state().phase() == Phase.RUNNING).orElse(false);
  }

  /** Waits for a moment; false if nobody is there any more. */
  private boolean awaitMore(long millis) throws IOException {
    if (System.nanoTime() - nextPing >= 0) {
      nextPing += PING_NANOS;
      socket.ping();
    }
    try {
      return !gone.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while something was attached to");
    }
  }
}
