package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.agent.testing.BusyboxImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A backend with a containerd of its own, and one instance that goes with each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BackendCase {
  Containerd containerd;
  PreparedImage image;
  Path state;
  ContainerdBackend backend;
  InstanceFolder folder;
  LaunchPlan plan;

  @BeforeAll
  void startContainerd() throws IOException {
    containerd = Containerd.start();
    state = containerd.newFolder("s");
    try (OciLayout layout = OciLayout.openOrCreate(state.resolve("layout"))) {
      JsonObject config =
          JsonObject.empty()
              .withStrings("Entrypoint", List.of("/bin/sh"))
              .withStrings("Cmd", List.of("-c", "echo hello"))
              .withStrings("Env", List.of("FROM=image", "BOTH=image"));
      byte[] base = BusyboxImage.baseLayer(containerd.newFolder("base"));
      LayerFolders folders = new LayerFolders(state.resolve("layers"));
      image =
          BusyboxImage.unpack(layout, BusyboxImage.store(layout, config, List.of(base)), folders);
    }
  }

  @AfterAll
  void stopContainerd() throws IOException {
    if (containerd != null) {
      containerd.close();
    }
  }

  @BeforeEach
  void newInstance() throws IOException {
    backend = new ContainerdBackend(containerd.socket(), state, Map.of());
    Path own = containerd.newFolder("i");
    folder = new InstanceFolder(TestSpecs.ID, own, own);
    plan = backend.plan(TestSpecs.args(), image, folder);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    backend.clean(plan, folder);
    assertEquals(List.of(), containerd.mounts());
    Containerd.await("the shims end", () -> containerd.shims().isEmpty());
    assertFalse(Files.exists(folder.run().resolve("upper")));
    assertFalse(Files.exists(folder.run().resolve("work")));
    assertFalse(
        Files.exists(Path.of("/sys/fs/cgroup/memory", backend.namespace() + "-" + TestSpecs.ID)));
    backend.close();
  }

  Run start(InstanceSpec spec) throws IOException {
    plan = backend.plan(spec, image, folder);
    return backend.start(plan, folder);
  }

  Run sh(String script) throws IOException {
    return start(TestSpecs.args("-c", script));
  }

  static Exit end(Run run) throws Exception {
    return run.ended().get(60, TimeUnit.SECONDS);
  }

  String out() throws IOException {
    return Files.readString(folder.rawOut(), StandardCharsets.UTF_8);
  }

  void awaitOut(String text) throws IOException {
    Containerd.await(
        "it says " + text, () -> Files.exists(folder.rawOut()) && out().contains(text));
  }
}
