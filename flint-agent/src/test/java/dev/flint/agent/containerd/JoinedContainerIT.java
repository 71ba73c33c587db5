package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.SpecDocument;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container that looks into another one: {@code other} into {@code web}. */
@Timeout(120)
class JoinedContainerIT extends BackendCase {
  private static final String NAMES =
      "for n in net uts pid ipc; do readlink /proc/self/ns/$n; done; ";

  private InstanceFolder otherFolder;
  private LaunchPlan otherPlan;

  @BeforeEach
  void newOther() throws IOException {
    Path own = containerd.newFolder("o");
    otherFolder = new InstanceFolder(new InstanceId("other"), own, own);
    otherPlan = plan;
  }

  @AfterEach
  void removeOther() throws IOException {
    if (!otherPlan.equals(plan)) {
      backend.clean(otherPlan, otherFolder);
    }
  }

  private static InstanceSpec web(String script, Extras extras) {
    return TestSpecs.args("-c", script).withNetwork(new Network.None()).withExtras(extras);
  }

  private static InstanceSpec other(String script, Extras extras) throws FlintException {
    InstanceSpec spec = web(script, extras).withNetwork(new Network.Joined(TestSpecs.ID));
    return SpecDocument.read(SpecDocument.write(spec).with("id", "other"));
  }

  private Run startOther(String script, Extras extras) throws IOException {
    otherPlan = backend.plan(other(script, extras), image, otherFolder);
    return backend.start(otherPlan, otherFolder);
  }

  private String said() throws IOException {
    return Files.readString(otherFolder.rawOut(), StandardCharsets.UTF_8);
  }

  @Test
  void sharesWhatItIsToShare() throws Exception {
    String script = NAMES + "echo name $(hostname); echo ready; exec sleep 1234";
    Run web = start(web(script, new Extras(List.of(), "", false, "db-0")));
    awaitOut("ready");
    List<String> theirs = out().lines().toList();
    Run other =
        startOther(
            NAMES + "echo name $(hostname); ps; exit 3",
            new Extras(List.of(), "", false, "db-0").withProcessesOf("web"));
    assertEquals(3, end(other).code());
    // Only then all that its shim has read is written.
    backend.clean(otherPlan, otherFolder);
    List<String> ours = said().lines().toList();
    assertEquals(theirs.subList(0, 3), ours.subList(0, 3));
    assertTrue(!theirs.get(3).equals(ours.get(3)), said());
    assertEquals("name db-0", ours.get(4));
    assertTrue(said().contains("sleep 1234"), said());
    assertTrue(!web.ended().isDone(), "it goes on");
  }

  @Test
  void endsWithTheProcessesThatItIsAmong() throws Exception {
    Run web = start(web("echo ready; exec sleep 1000", Extras.NONE));
    awaitOut("ready");
    startOther("echo ready; exec sleep 1000", Extras.NONE.withProcessesOf("web"));
    Containerd.await("it begins", () -> said().contains("ready"));
    // As a later agent does.
    Run other = backend.adopt(otherPlan, otherFolder).orElseThrow();
    web.kill();
    end(web);
    assertEquals(137, end(other).code());
  }

  @Test
  void whatDoesNotRunCannotBeJoined() throws Exception {
    Extras among = Extras.NONE.withProcessesOf("web");
    assertThrows(
        FlintException.class, () -> backend.plan(other("true", among), image, otherFolder));
    Run web = start(web("echo ready; exec sleep 1000", Extras.NONE));
    awaitOut("ready");
    otherPlan = backend.plan(other("exec sleep 1000", among), image, otherFolder);
    web.kill();
    end(web);
    backend.clean(plan, folder);
    plan = backend.plan(web("echo again; exec sleep 1000", Extras.NONE), image, folder);
    backend.start(plan, folder);
    // Else it would be wherever that number leads to by now.
    assertThrows(IOException.class, () -> backend.start(otherPlan, otherFolder));
  }
}
