package dev.flint.agent.kube.serve;

import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.containerd.Program;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program of this host in the place of one in a container: the same pipes, without a terminal.
 */
final class LocalProgram implements Program {
  final BlockingQueue<String> sizes = new LinkedBlockingQueue<>();
  final CountDownLatch closed = new CountDownLatch(1);
  final Process process;

  private LocalProgram(Process process) {
    this.process = process;
  }

  /** Starts one, which opens its pipes itself, as a shim does. */
  static LocalProgram start(List<String> command, ExecStreams streams) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "in=$1 out=$2 err=$3; shift 3; exec \"$@\" <\"$in\" >\"$out\" 2>\"$err\"",
                "sh"));
    for (String stream : List.of(streams.stdin(), streams.stdout(), streams.stderr())) {
      all.add(stream.isEmpty() ? "/dev/null" : stream);
    }
    all.addAll(command);
    return new LocalProgram(
        new ProcessBuilder(all)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  @Override
  public Optional<Integer> await(Duration limit) throws IOException {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
          ? Optional.of(process.exitValue())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  @Override
  public void signal(int number) {
    process.destroy();
  }

  @Override
  public void closeStdin() {}

  @Override
  public void resize(int columns, int rows) {
    sizes.add(columns + "x" + rows);
  }

  /** Nothing can be asked of containerd by a thread that was interrupted. */
  @Override
  public void close() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException();
    }
    process.destroyForcibly();
    closed.countDown();
  }
}
