package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Skopeo and umoci push into the embedded registry and pull from it. */
final class EmbeddedRegistrySkopeoIT {
  @TempDir Path folder;
  private EmbeddedRegistry registry;
  private Path layout;

  @BeforeEach
  void start() throws IOException {
    registry = new EmbeddedRegistry(folder.resolve("registry"));
    layout = folder.resolve("layout");
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  /** An image with one layer, a disk in it, made by umoci. Returns its manifest. */
  private byte[] umociImage() throws IOException {
    Command.run("umoci", "init", "--layout", layout).ok();
    Command.run("umoci", "new", "--image", layout + ":v1").ok();
    Path disk = folder.resolve("disk.raw");
    byte[] bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    Files.write(disk, bytes);
    Command.run("umoci", "insert", "--rootless", "--image", layout + ":v1", disk, "/disk.raw").ok();
    Command.run(
            "umoci",
            "config",
            "--image",
            layout + ":v1",
            "--os",
            "linux",
            "--architecture",
            "amd64",
            "--config.label",
            "feather.backend=osv")
        .ok();
    return raw("oci:" + layout + ":v1");
  }

  private static byte[] raw(String image) {
    return Command.run("skopeo", "inspect", "--raw", "--tls-verify=false", image)
        .ok()
        .out()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void copy(String from, String to) {
    Command.run(
            "skopeo",
            "--insecure-policy",
            "copy",
            "--preserve-digests",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            from,
            to)
        .ok();
  }

  @Test
  void goesThroughBothRegistriesAndBackUnchanged() throws IOException {
    byte[] manifest = umociImage();
    String here = "docker://" + registry.host() + "/images/first:v1";
    copy("oci:" + layout + ":v1", here);
    assertArrayEquals(manifest, raw(here));
    try (DockerRegistry docker = DockerRegistry.start(folder.resolve("docker"))) {
      String there = "docker://" + docker.host() + "/other/name:v2";
      copy(here, there);
      assertArrayEquals(manifest, raw(there));
      String back = "docker://" + registry.host() + "/images/second:v3";
      copy(there, back);
      assertArrayEquals(manifest, raw(back));
      assertArrayEquals(
          manifest,
          raw("docker://" + registry.host() + "/images/second@" + Digest.sha256(manifest)));
    }
    Path pulled = folder.resolve("pulled");
    copy("docker://" + registry.host() + "/images/second:v3", "oci:" + pulled + ":x");
    assertArrayEquals(manifest, raw("oci:" + pulled + ":x"));
    Path bundle = folder.resolve("bundle");
    Command.run("umoci", "unpack", "--rootless", "--image", pulled + ":x", bundle).ok();
    assertEquals(-1, Files.mismatch(folder.resolve("disk.raw"), bundle.resolve("rootfs/disk.raw")));
  }

  @Test
  void showsItsTagsAndConfigToSkopeo() throws IOException {
    umociImage();
    String name = "docker://" + registry.host() + "/images/tags";
    copy("oci:" + layout + ":v1", name + ":one");
    copy("oci:" + layout + ":v1", name + ":two");
    String tags = Command.run("skopeo", "list-tags", "--tls-verify=false", name).ok().out();
    assertTrue(tags.contains("\"one\"") && tags.contains("\"two\""), tags);
    String config =
        Command.run("skopeo", "inspect", "--config", "--raw", "--tls-verify=false", name + ":one")
            .ok()
            .out();
    assertTrue(config.contains("feather.backend"), config);
    Command.run("skopeo", "delete", "--tls-verify=false", name + ":one").ok();
    assertEquals(1, Command.run("skopeo", "inspect", "--tls-verify=false", name + ":two").exit());
  }

  @Test
  void isALayoutThatSkopeoReadsWhileItRuns() throws IOException {
    byte[] manifest = umociImage();
    copy("oci:" + layout + ":v1", "docker://" + registry.host() + "/images/disk:v1");
    String stored = "oci:" + registry.layout("images/disk") + ":v1";
    assertArrayEquals(manifest, raw(stored));
    copy(stored, "oci:" + folder.resolve("copy") + ":v1");
    copy(stored, "docker://" + registry.host() + "/images/again:v1");
    assertArrayEquals(manifest, raw("docker://" + registry.host() + "/images/again:v1"));
  }

  @Test
  void readsWhatSkopeoWroteIntoItsLayout() throws IOException {
    byte[] manifest = umociImage();
    registry.raw.startUpload("seeded");
    copy("oci:" + layout + ":v1", "oci:" + registry.layout("seeded") + ":v9");
    assertArrayEquals(manifest, registry.raw.manifest("seeded", "v9").is(200).bytes());
    assertArrayEquals(manifest, raw("docker://" + registry.host() + "/seeded:v9"));
  }

  @Test
  void takesADockerImageOfSkopeo() throws IOException {
    umociImage();
    String name = "docker://" + registry.host() + "/images/docker:v1";
    Command.run(
            "skopeo",
            "--insecure-policy",
            "copy",
            "--format",
            "v2s2",
            "--dest-tls-verify=false",
            "oci:" + layout + ":v1",
            name)
        .ok();
    assertTrue(
        new String(raw(name), StandardCharsets.UTF_8)
            .contains("application/vnd.docker.distribution.manifest.v2+json"));
  }
}
