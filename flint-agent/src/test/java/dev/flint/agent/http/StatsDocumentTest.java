package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsDocumentTest {
  @TempDir private Path folder;

  /** U34: stats/summary. */
  @Test
  void saysWhatAllTakes() throws Exception {
    try (TestAgent agent = new TestAgent(folder)) {
      PodSpec pod =
          Pods.spec("containers:", "- {name: a, image: 'i:1'}", "- {name: b, image: 'i:1'}");
      agent.run(TestPods.instances(pod).get(0));
      agent.run(TestPods.instances(pod).get(1));
      agent.run("alone");
      JsonObject summary = agent.json("/stats/summary");
      JsonObject node = summary.object("node").orElseThrow();
      assertEquals("node1", node.requiredString("nodeName"));
      JsonObject memory = node.object("memory").orElseThrow();
      assertTrue(memory.integer("workingSetBytes").orElseThrow() > 0);
      assertTrue(
          node.object("cpu").orElseThrow().integer("usageCoreNanoSeconds").orElseThrow() > 0);
      long rate = node.object("cpu").orElseThrow().integer("usageNanoCores").orElseThrow();
      assertTrue(rate <= Runtime.getRuntime().availableProcessors() * 1_010_000_000L, "" + rate);
      assertTrue(node.object("fs").orElseThrow().integer("capacityBytes").orElseThrow() > 0);
      assertEquals(1, summary.objects("pods").size());
      JsonObject stats = summary.objects("pods").get(0);
      assertEquals(
          "{\"name\":\"web\",\"namespace\":\"default\",\"uid\":\"" + pod.uid() + "\"}",
          stats.object("podRef").orElseThrow().toString());
      assertEquals(2, stats.objects("containers").size());
      // Each of the two has received 3 and sent 4 bytes.
      JsonObject network = stats.object("network").orElseThrow();
      assertEquals(6, network.integer("rxBytes").orElseThrow());
      assertEquals(8, network.integer("txBytes").orElseThrow());
      JsonObject alone = summary.objects("instances").get(0);
      assertEquals("alone", alone.requiredString("name"));
      assertEquals(
          1, alone.object("cpu").orElseThrow().integer("usageCoreNanoSeconds").orElseThrow());
      assertEquals(
          2, alone.object("memory").orElseThrow().integer("workingSetBytes").orElseThrow());
    }
  }

  @Test
  void saysNothingOfWhatDoesNotRun() throws Exception {
    try (TestAgent agent = new TestAgent(folder)) {
      agent.run("alone");
      agent.end(new InstanceId("alone"), 0);
      assertTrue(agent.json("/stats/summary").objects("instances").isEmpty());
    }
  }
}
