package dev.flint.agent.testing;

import dev.flint.agent.instance.FolderTree;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/**
 * A containerd of a test's own, with its own folders and socket, that shares nothing with one of
 * the system. Closing it ends its shims and unmounts what they left.
 */
public final class Containerd implements AutoCloseable {
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path program;
  private final Path folder;
  private final String path;
  private Process process;

  private Containerd(Path program, Path folder, String path) throws IOException {
    this.program = program;
    this.folder = folder;
    this.path = path;
    this.process = launch();
  }

  /** Starts one and waits until it answers. Sockets want a short path, so the folder is own. */
  public static Containerd start() throws IOException {
    return start(System.getenv("PATH"));
  }

  /** Starts one with a search path. */
  public static Containerd start(String path) throws IOException {
    Root.require();
    Path program = Peers.require("containerd");
    Peers.require("runc");
    Peers.require("containerd-shim-runc-v2");
    Containerd started = new Containerd(program, Files.createTempDirectory("fc"), path);
    started.awaitAnswer();
    return started;
  }

  private Process launch() throws IOException {
    String config =
        """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.devmapper",
          "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.btrfs",
          "io.containerd.snapshotter.v1.aufs", "io.containerd.internal.v1.opt"]
        [grpc]
          address = "%1$s/sock"
        [ttrpc]
          address = "%1$s/ttrpc"
        """
            .formatted(folder);
    Files.writeString(folder.resolve("config.toml"), config);
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "-c", folder.resolve("config.toml").toString());
    builder.environment().put("PATH", path + File.pathSeparator + "/usr/sbin:/sbin");
    File log = folder.resolve("log").toFile();
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  private void awaitAnswer() throws IOException {
    await(
        "containerd answers",
        () -> {
          try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            return true;
          } catch (IOException e) {
            Assertions.assertTrue(process.isAlive(), () -> "containerd ended:\n" + log());
            return false;
          }
        });
  }

  /** Its socket. */
  public Path socket() {
    return folder.resolve("sock");
  }

  /** A fresh folder with a short path that goes with this. */
  public Path newFolder(String name) throws IOException {
    return Files.createTempDirectory(folder, name);
  }

  /** What it printed. */
  public String log() {
    try {
      return Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Ends it at once; its shims go on. */
  public void kill() throws IOException {
    process.destroyForcibly();
    awaitEnd(process);
  }

  /** Starts it again. */
  public void restart() throws IOException {
    process = launch();
    awaitAnswer();
  }

  /** Mounts below its folder, its users' included. */
  public List<String> mounts() throws IOException {
    List<String> found = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"), StandardCharsets.UTF_8)) {
      String target = line.split(" ", -1)[1];
      if (target.startsWith(folder + "/")) {
        found.add(target);
      }
    }
    return found;
  }

  /** Its shims that run; what has ended and is waited for by nobody does not count. */
  public List<Long> shims() throws IOException {
    List<Long> found = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path one : processes.toList()) {
        String pid = one.getFileName().toString();
        // A zombie has no command line.
        if (pid.chars().allMatch(Character::isDigit) && isShim(commandLine(one))) {
          found.add(Long.parseLong(pid));
        }
      }
    }
    return found;
  }

  /**
   * The ids of the containers that shims run, one for each shim. What a shim has just forked and is
   * not another program yet has its command line, too.
   */
  public List<String> tasks() throws IOException {
    List<String> found = new ArrayList<>();
    List<Long> shims = shims();
    for (long shim : shims) {
      Optional<ProcessHandle> parent = ProcessHandle.of(shim).flatMap(ProcessHandle::parent);
      if (parent.isPresent() && shims.contains(parent.get().pid())) {
        continue;
      }
      String line = commandLine(Path.of("/proc", Long.toString(shim)));
      int start = line.indexOf("\0-id\0") + 5;
      // It may have ended by now.
      if (start > 5) {
        found.add(line.substring(start, line.indexOf('\0', start)));
      }
    }
    return found;
  }

  /** The processes that start and end shims name the program that tells containerd of it. */
  private boolean isShim(String line) {
    return line.contains("-address\0" + socket()) && !line.contains("\0-publish-binary\0");
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** What holds in the end; asked for as nobody tells. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it holds. */
    boolean holds() throws IOException;
  }

  /** Waits until something holds, at most two minutes. */
  public static void await(String what, Condition condition) throws IOException {
    long start = System.nanoTime();
    while (!condition.holds()) {
      Assertions.assertTrue(System.nanoTime() - start < LIMIT_NANOS, () -> "not in time: " + what);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static void awaitEnd(Process process) {
    try {
      Assertions.assertTrue(process.waitFor(2, TimeUnit.MINUTES), "containerd does not end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (long shim : shims()) {
      Optional<ProcessHandle> handle = ProcessHandle.of(shim);
      // The container's own processes die with their first one.
      handle.ifPresent(one -> one.descendants().forEach(ProcessHandle::destroyForcibly));
      handle.ifPresent(ProcessHandle::destroyForcibly);
    }
    process.destroy();
    awaitEnd(process);
    List<String> mounts = mounts();
    mounts.sort(Comparator.reverseOrder());
    for (String mount : mounts) {
      Command.run("umount", "-l", mount);
    }
    FolderTree.delete(folder);
  }
}
