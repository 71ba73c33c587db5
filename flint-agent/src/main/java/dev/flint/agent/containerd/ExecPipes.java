package dev.flint.agent.containerd;

import dev.flint.agent.instance.FolderTree;
import dev.flint.oci.foreign.Fifo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The pipes of an exec on the side of whoever types and reads, which may be another process than
 * the one that asks containerd. A stream is opened in a thread of its own, as that waits for the
 * other side; {@link #release} ends the waiting.
 */
public final class ExecPipes implements Closeable {
  private static final String PREFIX = "exec";

  private final Path folder;
  private final boolean terminal;

  /** Both sides of the pipes since {@link #release}. Guarded by this. */
  private final List<FileChannel> held = new ArrayList<>();

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
    ExecPipes pipes = new ExecPipes(Files.createTempDirectory(parent, PREFIX), terminal);
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

  /** The program's standard input; closing it is not enough, see {@link Program#closeStdin}. */
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

  /** From now on nobody waits for the other side; with {@link #close} all streams end. */
  public synchronized void release() throws IOException {
    if (held.isEmpty()) {
      for (String path : paths()) {
        // Both sides at once, which Linux lets one do without waiting.
        held.add(
            FileChannel.open(Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE));
      }
    }
  }

  /** Removes those of processes that are no more: a new agent knows of no program. */
  public static void sweep(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path one : found) {
        if (Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
          FolderTree.delete(one);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    try {
      release();
      // Before they are closed, so that nobody opens one in between, and waits.
      FolderTree.delete(folder);
    } finally {
      for (FileChannel channel : held) {
        channel.close();
      }
    }
  }
}
