package dev.flint.bench.machine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry on a free loopback port, with a storage that is empty at first. */
public final class Registry implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final int POLLS = 1000;
  private static final int POLL_MILLIS = 10;

  private final Process process;
  private final int port;
  private final Path folder;

  private Registry(Process process, int port, Path folder) {
    this.process = process;
    this.port = port;
    this.folder = folder;
  }

  /** Starts one whose files are in a folder, which is emptied. */
  public static Registry start(Path folder) throws IOException {
    return start(folder, Optional.empty());
  }

  /** As {@link #start(Path)}, speaking https where there is a certificate. */
  public static Registry start(Path folder, Optional<Certificate> certificate) throws IOException {
    Path program = Programs.require("docker-registry", "docker-registry");
    String log = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = freePort();
      Path config = Folders.empty(folder).resolve("registry.yml");
      Path output = folder.resolve("registry.log");
      Files.writeString(config, settings(folder, port, certificate));
      Process process =
          new ProcessBuilder(program.toString(), "serve", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (listens(process, output, port)) {
        return new Registry(process, port, folder);
      }
      process.destroyForcibly();
      log = Files.readString(output);
    }
    throw new IOException("docker-registry does not start: " + log);
  }

  private static String settings(Path folder, int port, Optional<Certificate> certificate) {
    String tls =
        certificate
            .map(
                own ->
                    ", tls: {certificate: \"%s\", key: \"%s\"}"
                        .formatted(own.certificate(), own.key()))
            .orElse("");
    return """
        version: 0.1
        log: {level: info, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: "%s"}}
        http: {addr: "127.0.0.1:%d", secret: "of no use"%s}
        """
        .formatted(folder.resolve("data"), port, tls);
  }

  /** Waits for its own word, as another program may answer at this port. */
  private static boolean listens(Process process, Path log, int port) throws IOException {
    try {
      for (int poll = 0; poll < POLLS; poll++) {
        if (Files.readString(log).contains("listening on 127.0.0.1:" + port)) {
          return true;
        }
        if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while docker-registry started");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Where it listens on loopback. */
  public int port() {
    return port;
  }

  /** {@code HOST:PORT} as in image references. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** Whether an image was pushed, by its reference. */
  public boolean has(String reference) {
    String[] name = reference.substring(host().length() + 1).split(":", -1);
    return Files.exists(
        folder
            .resolve("data/docker/registry/v2/repositories")
            .resolve(name[0])
            .resolve("_manifests/tags")
            .resolve(name[1]));
  }

  /** Stops it and deletes its files. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Folders.delete(folder);
  }
}
