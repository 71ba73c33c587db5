package dev.flint.agent.node;

import dev.flint.agent.containerd.ExecOutput;
import dev.flint.agent.containerd.ExecPipes;
import dev.flint.agent.containerd.ExecStreams;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The beginning of what the program of a probe writes. */
final class ProbeOutput implements Closeable {
  /** An Event takes no more. */
  private static final int MOST = 1024;

  /** What the program has left behind may hold the pipes. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Optional<ExecPipes> pipes;
  private final Beginning out = new Beginning();
  private final Beginning err = new Beginning();
  private final List<Thread> readers = new ArrayList<>();

  private ProbeOutput(Optional<ExecPipes> pipes) {
    this.pipes = pipes;
  }

  /**
   * To be had by pipes.
   *
   * @param parent in which a folder is made for them
   */
  static ProbeOutput open(Path parent) {
    try {
      // One for each output: the end of a program that says nothing would close one for both
      // before containerd has opened it twice.
      return new ProbeOutput(Optional.of(ExecPipes.create(parent, false)));
    } catch (IOException e) {
      // Probed is all the same.
      return new ProbeOutput(Optional.empty());
    }
  }

  /** Where the program is to write; from now on it is read, so that nobody waits for a reader. */
  ExecStreams streams() {
    if (pipes.isEmpty()) {
      return ExecStreams.NONE;
    }
    ExecStreams both = pipes.get().streams();
    read(both.stdout(), out);
    read(both.stderr(), err);
    return new ExecStreams("", both.stdout(), both.stderr(), false);
  }

  private void read(String pipe, Beginning to) {
    // By a channel that an interrupt closes.
    Thread reader =
        new ExecOutput(
            () -> Channels.newInputStream(FileChannel.open(Path.of(pipe), StandardOpenOption.READ)),
            to);
    reader.start();
    readers.add(reader);
  }

  /** In one line, what it said before what it complained of; once the program has ended. */
  String text() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    try {
      for (Thread reader : readers) {
        reader.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String all = (out.text() + "\n" + err.text()).strip().replaceAll("\\s*\\R\\s*", " ");
    return all.length() <= MOST ? all : all.substring(0, MOST);
  }

  @Override
  public void close() throws IOException {
    if (pipes.isPresent()) {
      pipes.get().close();
    }
    readers.forEach(Thread::interrupt);
  }

  /** Takes all, keeps little. */
  private static final class Beginning extends OutputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    @Override
    public void write(int octet) {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      kept.write(bytes, offset, Math.min(length, MOST - kept.size()));
    }

    synchronized String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }
  }
}
