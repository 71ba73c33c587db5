package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.server.ServerSettings;
import dev.flint.registry.server.ServerTls;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.testing.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution that brings its own Java, where there is no other. */
final class BundledRuntimeIT {
  private static Distribution distribution;

  @TempDir Path folder;

  @BeforeAll
  static void unpacks(@TempDir Path place) throws IOException {
    Path built = Distribution.built().folder();
    try (Stream<Path> files = Files.list(built.resolveSibling("."))) {
      String start = built.getFileName() + "-linux-";
      Path archive =
          files
              .filter(file -> String.valueOf(file.getFileName()).startsWith(start))
              .filter(file -> file.toString().endsWith(".tar.gz"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no " + start + "*.tar.gz beside " + built));
      Command.run("tar", "-xzf", archive, "-C", place).ok();
    }
    distribution = new Distribution(place.resolve(built.getFileName()));
  }

  @Test
  void isWhatRuns() throws Exception {
    Path log = folder.resolve("log");
    Launch.Result result =
        launch()
            .with("FLINT_JAVA_OPTS", "-Xlog:class+load:file=" + log)
            .run(distribution.launcher(), "images");
    assertEquals(0, result.exit(), result.err());
    // From the archive of its own classes; without that none of Flint's could be made.
    assertTrue(Files.readString(log).contains("java.lang.Object source: shared objects file"));
  }

  @Test
  void makesAStartUpArchiveThatItTakes() throws Exception {
    assertEquals(new Launch.Result(0, "", ""), run("self-archive"));
    Path log = folder.resolve("log");
    launch()
        .with("FLINT_JAVA_OPTS", "-Xlog:class+load:file=" + log)
        .run(distribution.launcher(), "images");
    assertTrue(Files.readString(log).contains("dev.flint.cli.Flint source: shared objects file"));
  }

  @Test
  void carriesADiskThroughARegistryOverHttp() throws Exception {
    carries(ServerSettings.OPEN, List.of());
  }

  @Test
  void carriesADiskThroughARegistryOverTls() throws Exception {
    TestCertificate certificate =
        TestCertificate.create(folder.resolve("key"), "DNS:localhost,IP:127.0.0.1");
    carries(
        ServerSettings.OPEN.withTls(
            ServerTls.fromPem(certificate.certificate(), certificate.key())),
        List.of("--no-plain-http", "--ca-file", certificate.pem().toString()));
  }

  private void carries(ServerSettings settings, List<String> options) throws Exception {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (RegistryServer registry =
        RegistryServer.start(loopback, folder.resolve("registry"), settings, line -> {})) {
      String reference = "localhost:" + registry.address().getPort() + "/demo/disk:1";
      Path disk = Files.write(folder.resolve("disk.raw"), new byte[1 << 20]);
      ok(List.of("import", "--disk", disk.toString(), "--backend", "osv", reference));
      JsonObject list =
          JsonObject.parse(
              ok(List.of("images", "-o", "json")).getBytes(StandardCharsets.UTF_8), "list");
      assertEquals(reference, list.objects("images").get(0).string("reference").orElse(""));
      ok(with(options, "push", reference));
      ok(List.of("rmi", reference));
      ok(with(options, "inspect", "--remote", reference));
      ok(with(options, "pull", reference));
      Path copy = folder.resolve("copy.raw");
      ok(List.of("unpack", reference, "--to", copy.toString()));
      assertEquals(-1, Files.mismatch(disk, copy));
    }
  }

  private static List<String> with(List<String> options, String... words) {
    return Stream.concat(Stream.of(words), options.stream()).toList();
  }

  private String ok(List<String> words) throws Exception {
    Launch.Result result = run(words.toArray(new String[0]));
    assertEquals(0, result.exit(), () -> words + ": " + result.err());
    return result.out();
  }

  private Launch.Result run(String... words) throws Exception {
    return launch().run(distribution.launcher(), words);
  }

  /** With nothing on PATH but what Debian's coreutils and the like have, and no Java. */
  private Launch launch() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool : List.of("cat", "mkdir", "mv", "readlink", "rm", "stty")) {
      if (!Files.exists(bin.resolve(tool))) {
        Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
      }
    }
    return new Launch(folder).without("JAVA_HOME").with("PATH", bin.toString());
  }
}
