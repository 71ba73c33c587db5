package dev.flint.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.User;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.testing.Containerd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that is started and cannot read a file of pods that run. */
@Timeout(120)
class BrokenFilesTest {
  private static final InstanceId OF_BROKEN = new InstanceId("default_a_app");
  private static final InstanceId OF_GOOD = new InstanceId("default_b_app");
  private static final InstanceId OF_GONE = new InstanceId("default_c_app");

  @TempDir private Path folder;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final FakeBackend backend = new FakeBackend();

  private static String pod(String name) {
    return "{apiVersion: v1, kind: Pod, metadata: {name: "
        + name
        + "}, spec: {containers: [{name: app, image: 'lan.x/i:1', volumeMounts: [{name: data,"
        + " mountPath: /data}]}], volumes: [{name: data, emptyDir: {}}]}}";
  }

  private long volumes() throws IOException {
    try (Stream<Path> uids = Files.list(folder.resolve("n/plain"))) {
      return uids.count();
    }
  }

  private boolean runs(InstanceId id) {
    return backend.running.containsKey(id);
  }

  private boolean isSpared(InstanceId id) {
    return said.stream().anyMatch(s -> s.startsWith(id + " may be"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesWhatRunsOfItAsItIs(boolean copied) throws Exception {
    try (FakeApiServer server = FakeApiServer.start()) {
      server.users().token("t", User.node("edge"));
      TestNode.Plan plan =
          new TestNode.Plan(folder.resolve("n"), server.url(), "t", "edge", said::add);
      plan.write("a.yaml", pod("a"));
      plan.write("b.yaml", pod("b"));
      plan.write("c.yaml", pod("c"));
      try (TestNode first = TestNode.start(plan, backend)) {
        Containerd.await("they run", () -> runs(OF_BROKEN) && runs(OF_GOOD) && runs(OF_GONE));
      }
      FakeBackend.FakeRun before = backend.running.get(OF_BROKEN);
      plan.write("a.yaml", "x: [");
      Files.delete(plan.files().resolve("c.yaml"));
      if (!copied) {
        FolderTree.delete(plan.home().resolve("copies"));
      }
      try (TestNode second = TestNode.start(plan, backend)) {
        // What is gone may have moved into the broken one.
        Containerd.await("it is said", () -> isSpared(OF_GONE) && (copied || isSpared(OF_BROKEN)));
        assertEquals(!copied, isSpared(OF_BROKEN));
        assertSame(before, backend.running.get(OF_BROKEN));
        assertEquals(3, volumes());
        plan.write("a.yaml", pod("a"));
        Containerd.await("what is gone has ended", () -> !runs(OF_GONE));
        Containerd.await("its volume is gone", () -> volumes() == 2);
        assertSame(before, backend.running.get(OF_BROKEN));
      }
      plan.write("a.yaml", "");
      try (TestNode third = TestNode.start(plan, backend)) {
        Containerd.await("it is said", () -> said.stream().anyMatch(s -> s.contains("is empty")));
        Files.delete(plan.files().resolve("a.yaml"));
        Containerd.await("it has ended", () -> !runs(OF_BROKEN));
        assertTrue(runs(OF_GOOD));
      }
    }
  }
}
