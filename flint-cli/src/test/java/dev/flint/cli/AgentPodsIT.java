package dev.flint.cli;

import static dev.flint.cli.AgentDevice.says;
import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.AgentPods.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A folder of pods, an agent that is a process, guests under QEMU and containers by containerd. */
@Timeout(180)
class AgentPodsIT {
  private static final String CONFIG =
      "kind: ConfigMap\nmetadata: {name: words}\ndata: {greeting: hello from a map}\n---\n";
  private static final String MOUNT = "    volumeMounts: [{name: words, mountPath: /config}]\n";
  private static final String VOLUME = "  volumes: [{name: words, configMap: {name: words}}]\n";

  @TempDir static Path folder;
  private static AgentDevice device;
  private static String listen;

  @BeforeAll
  static void device() throws IOException {
    device = AgentDevice.make(folder);
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listen = "127.0.0.1:" + any.getLocalPort();
    }
    device.startAgent("--listen", listen);
  }

  @AfterAll
  static void close() throws IOException {
    if (device != null) {
      device.close();
    }
  }

  private static boolean hasLine(String pod, String container, String line) throws IOException {
    return device.log(pod, container).contains(line);
  }

  /** U29: delete. */
  @Test
  void aPodOfAGuestAndAContainerComesUpChangesAndGoesWithoutATrace() throws IOException {
    device.write("mixed.yaml", CONFIG + mixed("one"));
    device.await("both print their config", () -> printed("one"));
    device.await("ready", () -> device.pod("mixed").flag("ready"));
    assertEquals("Running", device.pod("mixed").requiredString("phase"));
    assertEquals(1, device.processes().guestIds().size());
    device.await("one container runs", () -> device.containerd().shims().size() == 1);
    String before = device.pod("mixed").requiredString("uid");

    device.write("mixed.yaml", CONFIG + mixed("two"));
    device.await("both are replaced", () -> printed("two"));
    device.await("ready", () -> device.pod("mixed").flag("ready"));
    assertNotEquals(before, device.pod("mixed").requiredString("uid"));
    assertEquals(1, device.processes().guestIds().size());
    device.await("one container runs", () -> device.containerd().shims().size() == 1);

    device.delete("mixed.yaml");
    device.awaitNothingLeft();
  }

  private static String mixed(String word) {
    return pod(
            "mixed",
            "Always",
            guest("guest", device.guest(), "--sleep", word) + MOUNT,
            box("box", device.box(), "cat /config/greeting; echo; echo " + word + "; " + SLEEP)
                + MOUNT)
        + VOLUME;
  }

  private static boolean printed(String word) throws IOException {
    String line = device.log("mixed", "guest").toString();
    return line.contains("--sleep " + word)
        && hasLine("mixed", "guest", "hello from a map")
        && hasLine("mixed", "box", "hello from a map")
        && hasLine("mixed", "box", word);
  }

  @Test
  void whatCrashesIsStartedAgainLaterAndLater() throws IOException {
    device.write(
        "crash.yaml",
        pod(
            "crash",
            "Always",
            guest("guest", device.guest(), "--abort"),
            box("box", device.box(), "exit 3")));
    for (String name : new String[] {"guest", "box"}) {
      device.await(
          name + " waits for its second restart",
          () ->
              says(device.container("crash", name), "reason", "CrashLoopBackOff")
                  && says(device.container("crash", name), "restarts", "1"));
    }
    assertEquals("134", device.container("crash", "guest").scalar("exitCode").orElse(""));
    assertEquals("3", device.container("crash", "box").scalar("exitCode").orElse(""));
    device.delete("crash.yaml");
    device.await("it is gone", () -> device.pod("crash").names().isEmpty());
  }

  /** U26: phase. What a run ends with, for both backends: exit codes 0, 3 and 137, and a crash. */
  @Test
  void exitCodesReachWhoWaitsAndThePhaseAndTheMetrics() throws Exception {
    Map<String, String> pods = new TreeMap<>();
    pods.put("g0", guest("c", device.guest(), "--exit", "0"));
    pods.put("g3", guest("c", device.guest(), "--exit", "3"));
    pods.put("g134", guest("c", device.guest(), "--abort"));
    pods.put("g137", guest("c", device.guest(), "--hang"));
    pods.put("b0", box("c", device.box(), "exit 0"));
    pods.put("b3", box("c", device.box(), "exit 3"));
    pods.put("b139", box("c", device.box(), "sh -c 'kill -SEGV $$$$'; exit $?"));
    pods.put("b137", box("c", device.box(), "sleep 1000"));
    StringBuilder all = new StringBuilder();
    pods.forEach((name, container) -> all.append(pod(name, "Never", container)).append("---\n"));
    device.write("codes.yaml", all.toString());
    for (String name : new String[] {"g137", "b137"}) {
      device.await(name, () -> says(device.container(name, "c"), "state", "RUNNING"));
      device.user().run("kill", "default_" + name + "_c").ok();
    }
    for (String name : pods.keySet()) {
      int code = Integer.parseInt(name.substring(1));
      String phase = code == 0 ? "Succeeded" : "Failed";
      device.await(name + " is " + phase, () -> says(device.pod(name), "phase", phase));
      JsonObject container = device.container(name, "c");
      assertEquals(code, container.integer("exitCode").orElse(-1), container::toString);
      Cli.Result waited = device.user().run("wait", "default_" + name + "_c");
      assertEquals(code, waited.exit(), waited::err);
      assertEquals(Integer.toString(code), waited.out().strip());
      assertEquals(code, exitCodeInMetrics("default_" + name + "_c"));
    }
    device.delete("codes.yaml");
    device.awaitNothingLeft();
  }

  private static int exitCodeInMetrics(String instance) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + listen + "/metrics")).build();
    String page =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    String start = "flint_instance_last_exit_code{name=\"" + instance + "\",";
    List<String> lines = page.lines().filter(line -> line.startsWith(start)).toList();
    assertEquals(1, lines.size(), page);
    return Integer.parseInt(lines.get(0).substring(lines.get(0).lastIndexOf(' ') + 1));
  }
}
