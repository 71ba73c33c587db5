package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.agent.http.TestAgent;
import dev.flint.agent.http.TestPods;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EphemeralPlaceTest {
  @TempDir private Path folder;

  private static PodSpec pod(String network, String ephemeral) throws FlintException {
    String yaml =
        "{metadata: {name: web, uid: 1-2, annotations: {flint.dev/network: '%s'}}, spec: {containers: [{name: a, image: i}, {name: b, image: i}], ephemeralContainers: [{name: d, image: i, %s}]}}"
            .formatted(network, ephemeral);
    return PodParser.parse(
        YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "test").get(0), PodOrigin.API);
  }

  private static InstanceSpec place(PodSpec pod, TestAgent agent) throws Exception {
    EphemeralPlace place =
        new EphemeralPlace(pod, pod.ephemeral("d").orElseThrow(), agent.supervisor);
    return place.put(
        new PodInstances(pod, ConfigObjects.NONE, TestAgent.HOST)
            .one(pod.ephemeral("d").orElseThrow().container(), Map.of()));
  }

  private static String refusal(PodSpec pod, TestAgent agent) {
    FlintException refused = assertThrows(FlintException.class, () -> place(pod, agent));
    return String.valueOf(refused.getMessage()).replace("pod web: ephemeral container d: ", "");
  }

  @Test
  void isOnTheNetworkOfAContainerThatRuns() throws Exception {
    try (TestAgent agent = new TestAgent(folder, "containerd")) {
      PodSpec alone = pod("cni", "");
      assertEquals("no container of the pod is made yet", refusal(alone, agent));
      InstanceSpec b = TestPods.instances(alone).get(1);
      agent.run(b);
      InstanceSpec there = place(alone, agent);
      assertEquals(new Network.Joined(b.id()), there.network());
      assertEquals("", there.extras().processesOf());
      assertEquals("containerd", there.labels().get(PodLabels.BACKEND));

      PodSpec among = pod("cni", "targetContainerName: b");
      assertEquals(new Network.Joined(b.id()), place(among, agent).network());
      assertEquals(b.id().text(), place(among, agent).extras().processesOf());
      assertEquals(
          "container a does not run", refusal(pod("cni", "targetContainerName: a"), agent));

      assertEquals(new Network.Usual(), place(pod("", ""), agent).network());
      InstanceSpec host = place(pod("host", "targetContainerName: b"), agent);
      assertEquals(new Network.Host(), host.network());
      assertEquals(b.id().text(), host.extras().processesOf());

      agent.end(b.id(), 1);
      assertEquals(
          "no container of the pod runs, whose network it would share", refusal(alone, agent));
      assertEquals("container b does not run", refusal(among, agent));
      assertEquals(new Network.Usual(), place(pod("", ""), agent).network());
    }
  }

  @Test
  void guestsCannotBeLookedInto() throws Exception {
    try (TestAgent agent = new TestAgent(folder, "osv")) {
      agent.run(TestPods.instances(pod("", "")).get(0));
      String why =
          " is a guest with a kernel of its own, which no container can look into; use logs";
      assertEquals("the pod" + why, refusal(pod("", ""), agent));
      assertEquals("the pod" + why, refusal(pod("none", ""), agent));
      assertEquals("container a" + why, refusal(pod("", "targetContainerName: a"), agent));
      assertEquals(
          "pod web: spec.ephemeralContainers[0].ports: not supported on this device",
          refusal(pod("", "ports: [{containerPort: 1}]"), agent));
    }
  }

  /** What is left of an earlier pod of the same name is not this pod. */
  @Test
  void looksOnlyIntoItsOwnPod() throws Exception {
    try (TestAgent agent = new TestAgent(folder, "containerd")) {
      InstanceSpec a = TestPods.instances(pod("cni", "")).get(0);
      agent.run(a.withLabels(Map.of(PodLabels.UID, "other", PodLabels.CONTAINER, "a")));
      assertEquals(new InstanceId("default_web_a"), a.id());
      assertEquals("no container of the pod is made yet", refusal(pod("cni", ""), agent));
    }
  }
}
