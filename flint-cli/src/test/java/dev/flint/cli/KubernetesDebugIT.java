package dev.flint.cli;

import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.KubernetesDevice.LIMIT;
import static dev.flint.cli.KubernetesDevice.isReady;
import static dev.flint.cli.KubernetesDevice.pod;
import static dev.flint.cli.KubernetesDevice.status;
import static dev.flint.cli.KubernetesDevice.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kubectl debug} adds to pods that run, by real containers. */
@Timeout(300)
class KubernetesDebugIT {
  @TempDir Path folder;
  private KubernetesDevice edge;
  private AgentDevice device;
  private FakeApiServer server;

  @BeforeEach
  void begin() throws IOException {
    edge = KubernetesDevice.make(folder);
    device = edge.device();
    server = edge.server();
    edge.startAgent();
  }

  @AfterEach
  void end() throws IOException {
    edge.close();
  }

  private void debug(String pod, String name, String target, String script) throws FlintException {
    server
        .cluster()
        .patchEphemeral(
            "default",
            pod,
            """
            spec:
              ephemeralContainers:
              - name: %s
                image: %s
                command: [sh, -c, "%s"]
                targetContainerName: %s
                terminationMessagePath: /dev/termination-log
                securityContext: {capabilities: {add: [SYS_PTRACE]}}
            """
                .formatted(name, device.box(), script, target));
  }

  /** How what looks into a pod is, once it is in such a state. */
  private JsonObject await(String pod, String name, String state) throws InterruptedException {
    JsonObject found =
        server
            .cluster()
            .await(
                Resource.PODS,
                "default",
                pod,
                one -> member(looking(one, name), state).isPresent(),
                LIMIT);
    return member(looking(found, name), state).orElseThrow();
  }

  /** The state of a container that looks into a pod; empty before that is told. */
  private static JsonObject looking(JsonObject pod, String name) {
    try {
      for (JsonObject one : status(pod).objects("ephemeralContainerStatuses")) {
        if (text(one, "name").equals(name)) {
          return one.object("state").orElse(JsonObject.empty());
        }
      }
      return JsonObject.empty();
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<JsonObject> member(JsonObject object, String name) {
    try {
      return object.object(name);
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  private JsonObject shown(String name) {
    return server.cluster().get(Resource.PODS, "default", name);
  }

  private void removeAll(String pod) throws Exception {
    server.cluster().delete(Resource.PODS, "default", pod);
    server.cluster().awaitGone(Resource.PODS, "default", pod, LIMIT);
    device.awaitNothingLeft();
  }

  @Test
  void looksIntoAContainerThatGoesOn() throws Exception {
    server.cluster().create(pod("web", "Always", box("box", device.box(), "echo up; " + SLEEP)));
    edge.awaitReady("web");
    debug("web", "looks", "box", "tr '\\\\0' ' ' </proc/1/cmdline; echo; exit 3");
    JsonObject ended = await("web", "looks", "terminated");
    assertEquals(3, ended.integer("exitCode").orElse(-1), ended::toString);
    assertTrue(device.log("web", "looks").get(0).contains("echo up"), "it sees the processes");

    debug("web", "stays", "box", "echo here; exec sleep 1000");
    JsonObject running = await("web", "stays", "running");
    // Neither the one that has ended nor the one that runs is started by the next agent.
    device.killAgent();
    edge.startAgent();
    debug("web", "later", "box", "exit 0");
    await("web", "later", "terminated");
    assertEquals(Optional.of(running), member(looking(shown("web"), "stays"), "running"));
    assertEquals(Optional.of(ended), member(looking(shown("web"), "looks"), "terminated"));
    device.await("it has spoken", () -> device.log("web", "stays").equals(List.of("here")));

    JsonObject box = status(shown("web")).objects("containerStatuses").get(0);
    assertEquals(0, box.integer("restartCount").orElse(-1));
    assertTrue(isReady(shown("web")));
    device.await("two of them run", () -> device.containerd().shims().size() == 2);
    removeAll("web");
  }

  @Test
  void isNotStartedAgainInAPodThatIsChanged() throws Exception {
    server.cluster().create(pod("web", "Always", box("box", device.box(), SLEEP)));
    edge.awaitReady("web");
    debug("web", "stays", "box", "exec sleep 1000");
    await("web", "stays", "running");
    String other = device.pushBox("2");
    String image = "{spec: {containers: [{name: box, image: '" + other + "'}]}}";
    server.cluster().patch(Resource.PODS, "default", "web", image);
    await("web", "stays", "terminated");
    server
        .cluster()
        .await(
            Resource.PODS,
            "default",
            "web",
            one -> isReady(one) && status(one).toString().contains(other),
            LIMIT);
    assertTrue(member(looking(shown("web"), "stays"), "terminated").isPresent());
    removeAll("web");
  }

  @Test
  void aGuestCannotBeLookedIntoAndGoesOn() throws Exception {
    server
        .cluster()
        .create(pod("os", "Always", guest("guest", device.guest(), "--sleep", "hello")));
    edge.awaitReady("os");
    debug("os", "looks", "guest", "true");
    JsonObject waiting = await("os", "looks", "waiting");
    assertEquals("CreateContainerConfigError", text(waiting, "reason"));
    assertTrue(text(waiting, "message").contains("is a guest"), waiting::toString);
    assertTrue(isReady(shown("os")));
    assertEquals(1, device.processes().guestIds().size());
    removeAll("os");
  }
}
