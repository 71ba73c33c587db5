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
import org.jspecify.annotations.Nullable;

/** The beginning of what the program of a probe writes. */
final class ProbeOutput implements Closeable {
  /** An Event takes no more. */
  private static final int MOST = 1024;

  /** What the program has left behind may hold the pipe. */
  private static final int PATIENCE_MILLIS = 2000;

  private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
  private final @Nullable ExecPipes pipes;
  private @Nullable Thread reader;

  private ProbeOutput(@Nullable ExecPipes pipes) {
    this.pipes = pipes;
  }

  /**
   * To be had by a pipe.
   *
   * @param parent in which a folder is made for it
   */
  static ProbeOutput open(Path parent) {
    try {
      // One for both outputs, as they are told of together.
      return new ProbeOutput(ExecPipes.create(parent, true));
    } catch (IOException e) {
      // Probed is all the same.
      return new ProbeOutput(null);
    }
  }

  /** Where the program is to write; from now on it is read, so that nobody waits for a reader. */
  ExecStreams streams() {
    if (pipes == null) {
      return ExecStreams.NONE;
    }
    String pipe = pipes.streams().stdout();
    // By a channel that an interrupt closes.
    reader =
        new ExecOutput(
            () -> Channels.newInputStream(FileChannel.open(Path.of(pipe), StandardOpenOption.READ)),
            new Sink());
    reader.start();
    return new ExecStreams("", pipe, pipe, false);
  }

  /** In one line, once the program has ended. */
  String text() {
    try {
      if (reader != null) {
        reader.join(PATIENCE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (beginning) {
      return beginning.toString(StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", " ");
    }
  }

  @Override
  public void close() throws IOException {
    if (pipes != null) {
      pipes.close();
    }
    if (reader != null) {
      reader.interrupt();
    }
  }

  private final class Sink extends OutputStream {
    @Override
    public void write(int octet) {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      synchronized (beginning) {
        beginning.write(bytes, offset, Math.min(length, MOST - beginning.size()));
      }
    }
  }
}
