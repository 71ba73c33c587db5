package dev.flint.cli;

import static dev.flint.cli.AgentDevice.says;
import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.AgentPods.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pods that are changed, well and badly; an agent that is killed, and a registry that goes. */
@Timeout(180)
class AgentUpdateIT {
  private static final String ALWAYS = "    imagePullPolicy: Always\n";

  @TempDir Path folder;
  private AgentDevice device;

  @BeforeEach
  void device() throws IOException {
    device = AgentDevice.make(folder);
    device.startAgent();
  }

  @AfterEach
  void close() throws IOException {
    if (device != null) {
      device.close();
    }
  }

  /** A pod with a window. */
  private static String watched(String name, int seconds, String... containers) {
    return AgentPods.watched(seconds, pod(name, "Always", containers)) + "---\n";
  }

  private void awaitSaid(String pod, String member, String text) throws IOException {
    device.await(
        "pod " + pod + ": " + member + " " + text, () -> says(device.pod(pod), member, text));
  }

  private void awaitLog(String pod, String line) throws IOException {
    device.await(
        "pod " + pod + " logs " + line, () -> device.log(pod, "app").toString().contains(line));
  }

  /** Until so many images may be gone back to. */
  private void awaitKept(int images) throws IOException {
    UpdateRecords records = new UpdateRecords(device.state().updates());
    device.await("what is gone back to", () -> records.keptImages().size() == images);
  }

  @Test
  void whatRunsGoesOnUntilTheNewImageIsThere() throws IOException {
    device.write("web.yaml", watched("web", 3, box("app", device.box(), "echo one; " + SLEEP)));
    awaitLog("web", "one");
    awaitKept(1);
    JsonObject before = device.pod("web");

    String missing = device.box().replace("box:1", "box:2");
    device.write("web.yaml", watched("web", 3, box("app", missing, "echo two; " + SLEEP)));
    device.await(
        "it waits for its image",
        () ->
            says(device.pod("web"), "reason", "UpdatePending")
                && device.pod("web").requiredString("message").startsWith("container app: "));
    JsonObject meanwhile = device.pod("web");
    assertEquals("fetching", meanwhile.requiredString("update"));
    assertEquals(before.requiredString("uid"), meanwhile.requiredString("uid"));
    assertTrue(meanwhile.flag("ready"));
    assertEquals("0", device.container("web", "app").scalar("restarts").orElse(""));

    assertEquals(missing, device.pushBox("2"));
    awaitLog("web", "two");
    awaitSaid("web", "update", "none");
    assertTrue(device.pod("web").flag("ready"));
    awaitKept(1);

    device.write("web.yaml", watched("web", 60, box("app", missing, "echo three; " + SLEEP)));
    awaitLog("web", "three");
    awaitSaid("web", "update", "watching");
    device.delete("web.yaml");
    device.awaitNothingLeft();
    awaitKept(0);
  }

  @Test
  void whatIsNotWellIsTakenBackWithoutTheRegistryAlsoByALaterAgent() throws IOException {
    int seconds = 16;
    String old = "echo one; " + SLEEP;
    device.write(
        "all.yaml",
        watched("crash", seconds, box("app", device.box(), old) + ALWAYS)
            + watched("unready", seconds, box("app", device.box(), old) + ALWAYS)
            + watched("guest", seconds, guest("app", device.guest(), "--sleep", "one") + ALWAYS));
    for (String name : new String[] {"crash", "unready", "guest"}) {
      awaitLog(name, "one");
    }
    awaitKept(3);

    String next = device.pushBox("2");
    device.write(
        "all.yaml",
        watched("crash", seconds, box("app", next, "echo two; sleep 4; exit 3") + ALWAYS)
            + watched(
                "unready",
                seconds,
                box("app", next, "echo two; " + SLEEP)
                    + "    readinessProbe: {exec: {command: [test, -e, /never]}}\n")
            + watched("guest", seconds, guest("app", device.guest(), "--abort") + ALWAYS));
    awaitSaid("unready", "update", "watching");
    awaitLog("crash", "two");
    device.stopRegistry();
    device.killAgent();
    device.startAgent();
    for (String name : new String[] {"crash", "unready", "guest"}) {
      awaitSaid(name, "reason", "UpdateRolledBack");
      device.await(name + " runs as before", () -> device.pod(name).flag("ready"));
      awaitLog(name, "one");
    }
    assertTrue(message("crash").contains("exit code 3"), message("crash"));
    assertTrue(message("unready").contains("app is not ready"), message("unready"));
    assertTrue(message("guest").contains("exit code 134"), message("guest"));
    assertTrue(device.words().contains("pod unready: update rolled back"), device.words());

    String uid = device.pod("unready").requiredString("uid");
    device.killAgent();
    device.startAgent();
    awaitSaid("unready", "reason", "UpdateRolledBack");
    device.await("it is ready", () -> device.pod("unready").flag("ready"));
    assertEquals(uid, device.pod("unready").requiredString("uid"));
    assertEquals("0", device.container("unready", "app").scalar("restarts").orElse(""));
    device.delete("all.yaml");
    device.awaitNothingLeft();
    awaitKept(0);
  }

  private String message(String pod) throws IOException {
    return device.pod(pod).requiredString("message");
  }
}
