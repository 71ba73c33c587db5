package dev.flint.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodsCommandTest {
  private static JsonObject container(String state, String reason, String message, int restarts) {
    return JsonObject.empty()
        .with("name", "c")
        .with("state", state)
        .with("reason", reason)
        .with("message", message)
        .with("ready", state.equals("running"))
        .with("restarts", restarts);
  }

  private static JsonObject pod(
      String phase, String reason, List<JsonObject> init, JsonObject... containers) {
    return JsonObject.empty()
        .with("namespace", "n")
        .with("name", "p")
        .with("phase", phase)
        .with("reason", reason)
        .with("message", reason.isEmpty() ? "" : "of the pod")
        .withObjects("initContainers", init)
        .withObjects("containers", List.of(containers));
  }

  private static String row(JsonObject pod) throws IOException {
    return PodsCommand.table(List.of(pod)).lines().get(1).replaceAll(" {3,}", "|");
  }

  @Test
  void saysWhatKeepsAPodAsKubectlDoes() throws IOException {
    JsonObject runs = container("running", "", "", 2);
    JsonObject crashes = container("waiting", "CrashLoopBackOff", "back-off 10s", 4);
    JsonObject done = container("terminated", "Completed", "", 0);
    JsonObject late = container("waiting", "PodInitializing", "", 0);
    assertEquals("n|p|1/1|Running|2", row(pod("Running", "", List.of(done), runs)));
    assertEquals(
        "n|p|1/2|CrashLoopBackOff|6|back-off 10s",
        row(pod("Running", "", List.of(), runs, crashes)));
    assertEquals("n|p|0/1|PodInitializing|0", row(pod("Pending", "", List.of(runs), late)));
    assertEquals(
        "n|p|0/1|Init:CrashLoopBackOff|0|back-off 10s",
        row(pod("Pending", "", List.of(done, crashes), late)));
    assertEquals("n|p|0/1|Completed|0", row(pod("Succeeded", "", List.of(), done)));
    assertEquals("n|p|1/2|Running|2", row(pod("Running", "", List.of(), runs, done)));
    assertEquals("n|p|0/1|Evicted|0|of the pod", row(pod("Failed", "Evicted", List.of(), done)));
    assertEquals("n|p|0/0|Pending|0", row(pod("Pending", "", List.of())));
  }

  @Test
  void wordsOfOthersAreEscaped() throws IOException {
    JsonObject bad = container("waiting", "ErrImagePull", "\u001b[2J", 0);
    assertEquals("n|p|0/1|ErrImagePull|0|\\u{1b}[2J", row(pod("Pending", "", List.of(), bad)));
  }
}
