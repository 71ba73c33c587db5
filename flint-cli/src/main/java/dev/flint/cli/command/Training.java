package dev.flint.cli.command;

import dev.flint.cli.console.Console;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.cli.demo.FlintRunner;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.server.ServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everyday commands that the demo leaves out: updates, other formats, failures. Exit codes do not
 * matter here: a command that fails only leaves classes out of the start-up archive.
 */
final class Training {
  /** Long enough for a layer that is fetched by its chunks and kept when cut off. */
  private static final int DISK_SIZE = 4 << 20;

  private final Console console;
  private final Map<String, String> env;
  private final FlintRunner flint;
  private final Path folder;

  /** Keeps everything below a folder, but for what the environment names beside Flint's own. */
  Training(Console console, Map<String, String> env, FlintRunner flint, Path folder) {
    this.console = console;
    this.env = env;
    this.flint = flint;
    this.folder = folder;
  }

  /** Brings a device from one version of a disk to the next. */
  void update(String repository) throws IOException {
    byte[] bytes = noise();
    String old = file("old.raw", bytes);
    Arrays.fill(bytes, DISK_SIZE / 2, DISK_SIZE / 2 + 4096, (byte) 1);
    String disk = file("new.raw", bytes);
    String first = repository + ":1";
    String second = repository + ":2";
    String third = repository + ":3";
    String got = folder.resolve("got.raw").toString();
    run("developer", "import", "--disk", old, first, "--push");
    run("developer", "import", "--disk", disk, second, "--push");
    run("developer", "import", "--disk", disk, third, "--push", "--compression", "zstd");
    run("device", "pull", first);
    run("device", "pull", second);
    run("device", "pull", second, "--unpack", "--to", got);
    run("device", "pull", third, "--unpack", "--to", got, "--force", "--from-disk", old);
    run("device", "unpack", second, "--to", got, "--force");
    run("device", "diff", first, second);
    run("device", "tag", first, "kept:1");
    run("device", "images");
    run("device", "inspect", first);
    run("device", "inspect", "--remote", first);
    run("device", "inspect", "--remote", first, "--json");
    run("device", "rmi", first);
    run("developer", "convert", disk, folder.resolve("converted.qcow2").toString());
    // There is no such image, nobody speaks TLS, a word is missing.
    run("device", "pull", repository + ":none");
    try (TrainingPlainServer plain = new TrainingPlainServer()) {
      run("device", "pull", "--no-plain-http", plain.host() + "/training:2");
    }
    run("device", "pull");
    run("device", "--help");
  }

  /** Composes a disk of a folder. */
  void compose() throws IOException {
    String root = Files.createDirectories(folder.resolve("root")).toString();
    file("root/file", noise());
    String loader = folder.resolve("loader.raw").toString();
    DemoGuest.writeRaw(Path.of(loader), "/old");
    String disk = folder.resolve("composed.qcow2").toString();
    run("developer", "compose", root, "--loader", loader, "--cmd", "/new", "--to", disk);
  }

  /** Reaches a registry over TLS, if the JDK has what makes a certificate. */
  void overTls() throws IOException {
    Optional<TrainingCertificate> certificate = TrainingCertificate.make(folder);
    if (certificate.isEmpty()) {
      return;
    }
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSettings settings = ServerSettings.OPEN.withTls(certificate.get().tls());
    try (RegistryServer registry =
        RegistryServer.start(loopback, folder.resolve("secure"), settings, line -> {})) {
      String reference = "localhost:" + registry.address().getPort() + "/training:1";
      List<String> trust = List.of("--no-plain-http", "--ca-file", certificate.get().pem());
      run("developer", "import", "--disk", folder.resolve("old.raw").toString(), reference);
      run("developer", with(trust, "push", reference));
      run("device", with(trust, "pull", reference));
      run("device", with(trust, "tags", reference.substring(0, reference.lastIndexOf(':'))));
      run("device", with(trust, "digest", reference));
      run("device", with(trust, "inspect", "--remote", reference));
    }
  }

  private static String[] with(List<String> options, String... words) {
    return Stream.concat(Stream.of(words), options.stream()).toArray(String[]::new);
  }

  private String file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }

  /** Bytes that no compressor makes smaller, by a xorshift generator. */
  private static byte[] noise() {
    ByteBuffer bytes = ByteBuffer.allocate(DISK_SIZE);
    long state = 1;
    while (bytes.hasRemaining()) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      bytes.putLong(state);
    }
    return bytes.array();
  }

  private void run(String machine, String... args) {
    Map<String, String> own = new HashMap<>(env);
    own.put("FLINT_HOME", folder.resolve(machine).resolve("flint").toString());
    own.put("DOCKER_CONFIG", folder.resolve(machine).resolve("docker").toString());
    flint.run(console, own, args);
  }
}
