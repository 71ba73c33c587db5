package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.DockerRegistrySettings;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded registry as a cache of Docker's registry, read by skopeo and podman. */
final class EmbeddedCacheIT {
  @TempDir Path folder;

  @Test
  void servesWhatDockersRegistryHadWhenThatIsGone() throws IOException {
    Path docker = folder.resolve("docker");
    TestImage image = TestImage.ofLayerSize(3_000_000);
    EmbeddedRegistry cache;
    try (DockerRegistry origin =
        DockerRegistry.start(docker, new DockerRegistrySettings().password(docker))) {
      TestClient client =
          new TestClient(folder.resolve("client")).login(origin.host(), "user", "p:w");
      Reference reference = Reference.parse(origin.host() + "/a/b:v1");
      image.putInto(client.images().layout(), reference);
      client.push(reference);
      cache =
          new EmbeddedRegistry(
              folder.resolve("cache"),
              ServerSettings.OPEN.withUpstream(new Upstream(client.client(), origin.host())));
      copy(cache, "one");
      String to = "docker://" + cache.host() + "/a/c:v1";
      Command.Result push =
          Command.run(
              "skopeo",
              "--insecure-policy",
              "copy",
              "--dest-tls-verify=false",
              "oci:" + folder.resolve("one") + ":v1",
              to);
      assertTrue(push.exit() != 0 && push.err().contains("read-only"), push.err());
    }
    try (cache) {
      cache.clock.advance(ManifestCache.FRESH);
      copy(cache, "two");
      assertTrue(cache.log.stream().anyMatch(line -> line.startsWith("upstream registry is down")));
    }
    for (String copy : new String[] {"one", "two"}) {
      String raw =
          Command.run("skopeo", "inspect", "--raw", "oci:" + folder.resolve(copy) + ":v1")
              .ok()
              .out();
      assertEquals(new String(image.manifest().bytes(), StandardCharsets.UTF_8), raw);
    }
  }

  @Test
  void givesPodmanWhatDockersRegistryHas() throws IOException {
    try (DockerRegistry origin = DockerRegistry.start(folder.resolve("docker"))) {
      String name = "/made/by:buildah";
      Path file = Files.writeString(folder.resolve("file"), "content");
      String container = stored("buildah", "from", "scratch");
      stored("buildah", "copy", container, file, "/file");
      String id = stored("buildah", "commit", container);
      stored("buildah", "push", "--tls-verify=false", id, "docker://" + origin.host() + name);
      stored("buildah", "rm", container);
      stored("buildah", "rmi", id);
      TestClient client = new TestClient(folder.resolve("client"));
      try (EmbeddedRegistry cache =
          new EmbeddedRegistry(
              folder.resolve("cache"),
              ServerSettings.OPEN.withUpstream(new Upstream(client.client(), origin.host())))) {
        assertEquals(id, stored("podman", "pull", "--tls-verify=false", cache.host() + name));
        assertEquals(3, cache.blobs("made/by").size(), "manifest, config and layer");
      }
    }
  }

  /** A program that keeps images in a store of its own; what it printed. */
  private String stored(String program, Object... words) {
    List<Object> all = new ArrayList<>(List.of(program));
    all.addAll(List.of("--root", folder.resolve("store"), "--runroot", folder.resolve("run")));
    all.addAll(List.of("--storage-driver", "vfs"));
    all.addAll(List.of(words));
    return Command.run(all.toArray()).ok().out().strip();
  }

  private void copy(EmbeddedRegistry cache, String name) {
    Command.run(
            "skopeo",
            "--insecure-policy",
            "copy",
            "--preserve-digests",
            "--src-tls-verify=false",
            "docker://" + cache.host() + "/a/b:v1",
            "oci:" + folder.resolve(name) + ":v1")
        .ok();
  }
}
