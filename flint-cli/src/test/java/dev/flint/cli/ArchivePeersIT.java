package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layouts and archives that Flint writes are read by skopeo, umoci and tar, and the reverse. */
class ArchivePeersIT {
  @TempDir Path folder;
  private Cli user;
  private Path disk;
  private String digest;

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    disk = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    digest = digest(user.run("import", "--disk", disk.toString(), "hello:1").ok());
  }

  private static String digest(String printed) {
    return printed.substring(printed.lastIndexOf("@sha256:") + 1).strip();
  }

  private String at(String file) {
    return folder.resolve(file).toString();
  }

  private String copied(String from, String to) {
    return digest(user.run("copy", from, to).ok());
  }

  private void expectDisk(String reference) throws IOException {
    Path out = Path.of(at("out-" + reference.replaceAll("[:/]", "-")));
    user.run("unpack", reference, "--to", out.toString()).ok();
    assertEquals(-1, Files.mismatch(disk, out));
  }

  private static void skopeo(String from, String to) {
    Command.run("skopeo", "copy", "--preserve-digests", from, to).ok();
  }

  @Test
  void skopeoReadsAndWritesOciArchives() throws IOException {
    copied("store:hello:1", "oci-archive:" + at("a.tar") + ":v1");
    skopeo("oci-archive:" + at("a.tar") + ":v1", "oci:" + at("l") + ":theirs");
    assertEquals(digest, copied("oci:" + at("l") + ":theirs", "store:back:1"));
    skopeo("oci:" + at("l") + ":theirs", "oci-archive:" + at("b.tar") + ":v2");
    assertEquals(digest, copied("oci-archive:" + at("b.tar") + ":v2", "store:back:2"));
    assertEquals(digest, copied("oci-archive:" + at("b.tar"), "store:back:3"));
    expectDisk("back:2");
  }

  @Test
  void skopeoReadsAndWritesDockerArchives() throws IOException {
    copied("store:hello:1", "docker-archive:" + at("d.tar") + ":hello:1");
    skopeoConfigs("docker-archive:" + at("d.tar") + ":hello:1", "store:hello:1");
    Command.run("skopeo", "copy", "docker-archive:" + at("d.tar"), "oci:" + at("l") + ":x").ok();
    copied("oci:" + at("l") + ":x", "store:through:1");
    expectDisk("through:1");
    // Theirs has links, which nobody follows.
    Command.run("skopeo", "copy", "oci:" + at("l") + ":x", "docker-archive:" + at("e.tar") + ":y:2")
        .ok();
    assertTrue(Command.run("tar", "-tvf", at("e.tar")).ok().out().contains(" -> "));
    copied("docker-archive:" + at("e.tar") + ":y:2", "store:y:2");
    expectDisk("y:2");
    assertTrue(user.run("load", "--from", at("e.tar")).ok().contains("y:2@sha256:"));
  }

  /** docker itself is not among the peers; these take its archives. */
  @Test
  void podmanAndSkopeoLoadWhatIsSavedForDocker() throws IOException {
    user.run("save", "hello:1", "--format", "docker", "--to", at("s.tar")).ok();
    Command.run("skopeo", "copy", "docker-archive:" + at("s.tar") + ":hello:1", "oci:" + at("l"))
        .ok();
    copied("oci:" + at("l"), "store:through:1");
    expectDisk("through:1");
    String loaded = podman("load", "--input", at("s.tar"));
    assertTrue(loaded.contains("Loaded image: localhost/hello:1"), loaded);
    String id = podman("image", "inspect", "--format", "{{.Id}}", "localhost/hello:1");
    try (OciLayout store = OciLayout.open(user.store())) {
      Document image = new LayoutImages(store).resolve(Reference.parse("hello:1")).orElseThrow();
      assertEquals(Manifest.of(image).config().digest().encoded(), id);
    }
    podman("save", "--format", "docker-archive", "--output", at("p.tar"), "localhost/hello:1");
    assertTrue(user.run("load", "--from", at("p.tar")).ok().contains("localhost/hello:1@"));
    expectDisk("localhost/hello:1");
  }

  private String podman(String... words) {
    List<Object> all = new ArrayList<>(List.of("podman", "--root", at("store")));
    all.addAll(List.of("--runroot", at("run"), "--storage-driver", "vfs"));
    all.addAll(List.of(words));
    return Command.run(all.toArray()).ok().out().strip();
  }

  private void skopeoConfigs(String archive, String stored) {
    copied(stored, "oci:" + at("configs") + ":x");
    assertEquals(
        Command.run("skopeo", "inspect", "--config", "--raw", "oci:" + at("configs") + ":x")
            .ok()
            .out(),
        Command.run("skopeo", "inspect", "--config", "--raw", archive).ok().out());
  }

  @Test
  void umociUnpacksALayoutAndTarAnArchive() throws IOException {
    copied("store:hello:1", "oci:" + at("l") + ":v1");
    Command.run("umoci", "unpack", "--rootless", "--image", at("l") + ":v1", at("bundle")).ok();
    assertArrayEquals(
        Files.readAllBytes(disk), Files.readAllBytes(folder.resolve("bundle/rootfs/disk.qemu")));
    Command.run("umoci", "tag", "--image", at("l") + ":v1", "v2").ok();
    assertEquals(digest, copied("oci:" + at("l") + ":v2", "oci-archive:" + at("a.tar") + ":v2"));
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    Command.run("tar", "-xf", at("a.tar"), "-C", unpacked).ok();
    assertEquals(digest, copied("oci:" + unpacked + ":v2", "store:again:1"));
    Command.run("tar", "-cf", at("b.tar"), "-C", unpacked, ".").ok();
    assertEquals(digest, copied("oci-archive:" + at("b.tar"), "store:again:2"));
    Command.run("tar", "-czf", at("c.tgz"), "-C", unpacked, ".").ok();
    assertEquals(digest, copied("oci-archive:" + at("c.tgz"), "store:again:3"));
  }

  @Test
  void aPipeCarriesAnArchiveToAnotherStore() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> flint =
        List.of(
            java.toString(), "-cp", System.getProperty("java.class.path"), "dev.flint.cli.Flint");
    ProcessBuilder save = new ProcessBuilder(new ArrayList<>(flint));
    save.command().addAll(List.of("copy", "store:hello:1", "-"));
    save.environment().put("FLINT_HOME", at("user/flint"));
    ProcessBuilder load = new ProcessBuilder(new ArrayList<>(flint));
    load.command().addAll(List.of("load", "--from", "-", "--tag", "piped:1"));
    load.environment().put("FLINT_HOME", at("other"));
    load.environment().put("TMPDIR", Files.createDirectory(folder.resolve("tmp")).toString());
    save.redirectError(folder.resolve("save.err").toFile());
    load.redirectError(folder.resolve("load.err").toFile());
    load.redirectOutput(folder.resolve("load.out").toFile());
    List<Process> both = ProcessBuilder.startPipeline(List.of(save, load));
    assertEquals(0, both.get(0).waitFor(), () -> read("save.err"));
    assertEquals(0, both.get(1).waitFor(), () -> read("load.err"));
    assertEquals("piped:1@" + digest, read("load.out").strip());
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void copiesBetweenTwoRepositoriesOfDockerRegistry() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      assertEquals(digest, copied("store:hello:1", registry.host() + "/a:1"));
      String there = registry.host() + "/b/c:2";
      String json = user.run("copy", registry.host() + "/a:1", there, "-o", "json").ok();
      assertTrue(json.contains("\"pinned\" : \"" + there + "@" + digest + "\""), json);
      // Within a registry, nothing has to come here to go there.
      assertTrue(json.contains("\"fetchedBytes\" : 0"), json);
      Command.run(
              "skopeo",
              "copy",
              "--preserve-digests",
              "--src-tls-verify=false",
              "docker://" + registry.host() + "/b/c:2",
              "oci:" + at("l") + ":x")
          .ok();
      Files.delete(disk);
      assertEquals(digest, copied("oci:" + at("l"), "oci-archive:" + at("end.tar")));
      assertFalse(Files.exists(folder.resolve(".end.tar.flint-partial")));
    }
  }
}
