package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.ContainerStatus.State;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private static final String ALONE = "{container=, name=alone, namespace=, pod=";
  private static final String POD = "{container=a, name=default_web_a, namespace=default, pod=web";

  @TempDir private Path folder;

  private static Map<String, String> scrape(TestAgent agent) throws Exception {
    HttpResponse<String> answer = agent.get("/metrics");
    assertEquals(
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        answer.headers().firstValue("Content-Type").get());
    return OpenMetrics.parse(answer.body());
  }

  /** U35: metrics. */
  @Test
  void tellsOfPodsAndOfInstancesThatAreInNone() throws Exception {
    try (TestAgent agent = new TestAgent(folder)) {
      PodSpec pod =
          Pods.spec("containers:", "- {name: a, image: 'i:1'}", "- {name: b, image: 'i:1'}");
      agent.run(TestPods.instances(pod).get(0));
      agent.run("alone");
      agent.pods.pods =
          List.of(
              TestPods.rolledBack(
                  pod,
                  TestPods.status("a", State.RUNNING, "", null),
                  TestPods.status("b", State.WAITING, "ErrImagePull", null)));
      agent.pods.problems.put("x.yaml", List.of("no"));
      Map<String, String> all = scrape(agent);
      // What the fake backend says of everything.
      assertEquals("0.000000001", all.get("flint_instance_cpu_seconds_total" + POD + "}"));
      assertEquals("2", all.get("flint_instance_memory_bytes" + ALONE + "}"));
      assertEquals("3", all.get("flint_instance_network_receive_bytes_total" + ALONE + "}"));
      assertEquals("4", all.get("flint_instance_network_transmit_bytes_total" + ALONE + "}"));
      assertEquals("0", all.get("flint_instance_restarts_total" + ALONE + "}"));
      assertFalse(all.containsKey("flint_instance_last_exit_code" + ALONE + "}"));
      assertTrue(all.containsKey("flint_instance_start_latency_seconds" + ALONE + "}"));
      assertEquals("1", state(all, "{flint_pod_phase=Pending, namespace=default, pod=web}"));
      assertEquals("0", state(all, "{flint_pod_phase=Running, namespace=default, pod=web}"));
      assertEquals("2", all.get("flint_pod_rollbacks_total{namespace=default, pod=web}"));
      String update = "{flint_pod_update=%s, namespace=default, pod=web}";
      assertEquals("1", all.get("flint_pod_update" + update.formatted("rolled_back")));
      assertEquals("0", all.get("flint_pod_update" + update.formatted("none")));
      assertEquals(
          "1",
          all.get(
              "flint_container_waiting"
                  + "{container=b, namespace=default, pod=web, reason=ErrImagePull}"));
      assertEquals("1", all.get("flint_pod_files_broken"));
      assertEquals("1", all.get("flint_agent_ready"));
      assertEquals("3", all.get("flint_image_fetch_duration_seconds_count"));
      assertEquals("2.500000000", all.get("flint_image_fetch_duration_seconds_sum"));
      assertEquals("1", all.get("flint_image_fetch_failures_total"));
      assertEquals("1000", all.get("flint_image_fetched_bytes_total"));
      assertEquals("9000", all.get("flint_image_reused_bytes_total"));
      assertEquals("2", all.get("flint_image_gc_images_total"));
      assertEquals("5000", all.get("flint_image_gc_freed_bytes_total"));
      assertTrue(Double.parseDouble(all.get("process_cpu_seconds_total")) > 0);
      assertTrue(Long.parseLong(all.get("process_resident_memory_bytes")) > 1 << 20);
    }
  }

  private static String state(Map<String, String> all, String labels) {
    return String.valueOf(all.get("flint_pod_phase" + labels));
  }

  @Test
  void tellsHowAnInstanceEnded() throws Exception {
    try (TestAgent agent = new TestAgent(folder)) {
      InstanceId alone = new InstanceId("alone");
      agent.run("alone");
      agent.end(alone, 3);
      agent.supervisor.start(alone);
      agent.end(alone, 137);
      Map<String, String> all = scrape(agent);
      assertEquals("137", all.get("flint_instance_last_exit_code" + ALONE + "}"));
      assertEquals("1", all.get("flint_instance_restarts_total" + ALONE + "}"));
      assertEquals(
          "1",
          all.get(
              "flint_instance_phase{container=, flint_instance_phase=exited, name=alone,"
                  + " namespace=, pod=}"));
      assertFalse(all.containsKey("flint_instance_cpu_seconds_total" + ALONE + "}"));
    }
  }

  @Test
  void escapesWhatALabelMayHold() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MetricsText text = new MetricsText(out);
    String hostile = "a\"} 1\n# EOF\n\\n\u20ac";
    text.family("m", "gauge", "", hostile);
    text.sample("", MetricsText.label("l", hostile), 1);
    text.seconds("", MetricsText.label("l", "x"), 61_000_000_001L);
    text.end();
    Map<String, String> all = OpenMetrics.parse(out.toString(StandardCharsets.UTF_8));
    assertEquals(2, all.size());
    assertEquals("61.000000001", all.get("m{l=x}"));
    assertTrue(all.keySet().iterator().next().contains("\u20ac"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# EOF",
        "# TYPE a gauge\na 1\n",
        "a 1\n# EOF\n",
        "# TYPE a gauge\n\na 1\n# EOF\n",
        "# TYPE a gauge\na_total 1\n# EOF\n",
        "# TYPE a counter\na 1\n# EOF\n",
        "# TYPE a counter\na_total -1\n# EOF\n",
        "# TYPE a gauge\n# UNIT a bytes\na 1\n# EOF\n",
        "# TYPE a gauge\na 1\na 2\n# EOF\n",
        "# TYPE a gauge\na 1\n# HELP a x\n# EOF\n",
        "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n# EOF\n",
        "# TYPE a gauge\na{l=\"\\x\"} 1\n# EOF\n",
        "# TYPE a gauge\na{l=\"x\",} 1\n# EOF\n",
        "# TYPE a gauge\na{l=\"x\",l=\"y\"} 1\n# EOF\n",
        "# TYPE a gauge\na  1\n# EOF\n",
        "# TYPE a stateset\na{l=\"x\"} 1\n# EOF\n",
        "# TYPE a info\na_info 2\n# EOF\n",
        "# TYPE a gauge\n# TYPE a_total gauge\n# TYPE a_x counter\na_total 1\n# EOF\n",
      })
  void readsOpenMetricsStrictly(String text) {
    assertThrows(AssertionError.class, () -> OpenMetrics.parse(text));
  }
}
