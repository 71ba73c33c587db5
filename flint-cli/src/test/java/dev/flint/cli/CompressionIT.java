package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.registry.server.RegistryServer;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images whose layers are compressed otherwise, on the whole road and through skopeo. */
class CompressionIT {
  @TempDir Path folder;
  private Cli user = new Cli(Path.of(""));
  private Path disk = Path.of("");

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    disk = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
  }

  private Cli.Result load(String reference, String compression) {
    return user.run("import", "--disk", disk.toString(), reference, "--compression", compression);
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, application/vnd.oci.image.layer.v1.tar+gzip",
    "zstd, application/vnd.oci.image.layer.v1.tar+zstd",
    "none, application/vnd.oci.image.layer.v1.tar"
  })
  void comesBackFromARegistry(String compression, String mediaType) throws IOException {
    try (RegistryServer registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder.resolve("registry"))) {
      String reference = "localhost:" + registry.address().getPort() + "/x:1";
      load(reference, compression).ok();
      String json = user.run("inspect", reference, "--json").ok();
      assertTrue(json.contains("\"" + mediaType + "\""), json);
      user.run("push", reference).ok();
      Cli device = new Cli(folder.resolve("device"));
      device.run("pull", reference).ok();
      Path stored = folder.resolve("stored.qcow2");
      device.run("unpack", reference, "--to", stored.toString()).ok();
      assertEquals(-1, Files.mismatch(disk, stored));
      Path direct = folder.resolve("direct.qcow2");
      device.run("pull", reference, "--unpack", "--to", direct.toString()).ok();
      assertEquals(-1, Files.mismatch(disk, direct));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "none"})
  void skopeoCopiesItAndFlintReadsTheCopy(String compression) throws IOException {
    Path skopeo = Peers.require("skopeo");
    load("x:1", compression).ok();
    Cli other = new Cli(Files.createDirectories(folder.resolve("other")));
    Files.createDirectories(other.store());
    Command.run(
            skopeo,
            "--insecure-policy",
            "copy",
            "oci:" + user.store() + ":x:1",
            "oci:" + other.store() + ":x:1")
        .ok();
    // Skopeo compresses what is not.
    assertEquals(!compression.equals("none"), digest(user).equals(digest(other)));
    Path back = folder.resolve("back.qcow2");
    other.run("unpack", "x:1", "--to", back.toString()).ok();
    assertEquals(-1, Files.mismatch(disk, back));
  }

  private static String digest(Cli user) {
    String json = user.run("inspect", "x:1", "--json").ok();
    return json.lines().filter(line -> line.contains("\"digest\"")).findFirst().orElseThrow();
  }

  @Test
  void theAgentIsPromisedNothingItCannotRun() {
    String note = "flint: a zstd layer: the published Feather agent cannot run it";
    assertTrue(load("x:zstd", "zstd").err().contains(note));
    assertFalse(load("x:gzip", "gzip").err().contains(note));
    assertFalse(load("x:none", "none").err().contains(note));
    assertFalse(config("x:zstd").contains("fledge"));
    assertTrue(config("x:gzip").contains("fledge.backend"));
    assertTrue(config("x:none").contains("fledge.backend"));
  }

  private String config(String reference) {
    String json = user.run("inspect", reference, "--json").ok();
    String digest =
        json.substring(json.indexOf("\"config\" : {"))
            .replaceAll("(?s).*?sha256:([0-9a-f]{64}).*", "$1");
    try {
      return Files.readString(user.store().resolve("blobs/sha256").resolve(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--compression lz4",
        "--compression zstd --level 20",
        "--compression zstd --level 0",
        "--compression zstd --deflate jdk",
        "--compression none --level 1",
        "--compression none --deflate auto",
        "--deflate jdk --level 10",
        "--level 0"
      })
  void wrongUsageIsToldBeforeAnythingIsTouched(String options) {
    user.run(("import --disk " + disk + " x:1 " + options).split(" ", -1)).fails(2);
    assertFalse(Files.exists(user.store()));
  }

  @Test
  void theLevelIsInTheName() {
    user.run("import", "--disk", disk.toString(), "x:1", "--compression", "zstd", "--level", "9")
        .ok();
    String json = user.run("inspect", "x:1", "--json").ok();
    assertTrue(json.contains("\"zstd; zstd-jni; level=9; print="), json);
    load("x:1", "zstd").ok();
    assertTrue(user.run("inspect", "x:1", "--json").ok().contains("; level=3; print="));
  }
}
