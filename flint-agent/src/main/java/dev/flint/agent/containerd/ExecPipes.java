package dev.flint.agent.containerd;

import dev.flint.agent.instance.FolderTree;
import dev.flint.oci.foreign.Fifo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The pipes of an exec on the side of whoever types and reads, which may be another process than
 * the one that asks containerd. A stream is opened in a thread of its own, as that waits for the
 * other side; {@link #release} ends the waiting.
 */
public final class ExecPipes implements Closeable {
  private final Path folder;
  private final boolean terminal;

  private ExecPipes(Path folder, boolean terminal) {
    this.folder = folder;
    this.terminal = terminal;
  }

  /**
   * Makes them.
   *
   * @param parent in which a folder is made for them
   * @param terminal whether standard error goes the way of standard output
   */
  public static ExecPipes create(Path parent, boolean terminal) throws IOException {
    ExecPipes pipes = new ExecPipes(Files.createTempDirectory(parent, "exec"), terminal);
    for (String path : pipes.paths()) {
      Fifo.make(Path.of(path));
    }
    return pipes;
  }

  private String[] paths() {
    String in = folder.resolve("in").toString();
    String out = folder.resolve("out").toString();
    return terminal
        ? new String[] {in, out}
        : new String[] {in, out, folder.resolve("err").toString()};
  }

  /** What containerd is told. */
  public ExecStreams streams() {
    String[] paths = paths();
    return new ExecStreams(paths[0], paths[1], terminal ? "" : paths[2], terminal);
  }

  /** The program's standard input; closing it is not enough, see {@link ContainerExec}. */
  public OutputStream openIn() throws IOException {
    return Files.newOutputStream(folder.resolve("in"), StandardOpenOption.WRITE);
  }

  /** The program's standard output, to its end. */
  public InputStream openOut() throws IOException {
    return Files.newInputStream(folder.resolve("out"));
  }

  /** The program's standard error, to its end; not with a terminal. */
  public InputStream openErr() throws IOException {
    return Files.newInputStream(folder.resolve("err"));
  }

  /** Lets everybody who still waits for the other side go on, to an end of the stream. */
  public void release() throws IOException {
    for (String path : paths()) {
      // Both sides at once, which Linux lets one do without waiting.
      FileChannel.open(Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE).close();
    }
  }

  @Override
  public void close() throws IOException {
    release();
    FolderTree.delete(folder);
  }
}
