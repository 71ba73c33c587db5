package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pods that nobody could run: they are to do no harm to others. */
@Timeout(120)
final class StrangePodsTest {
  @TempDir private Path folder;
  private WatchedNode node;

  @BeforeEach
  void begin() throws IOException {
    node = new WatchedNode(folder);
  }

  @AfterEach
  void end() throws IOException {
    node.close();
  }

  private void big(String name) throws IOException {
    JsonObject container =
        JsonObject.empty()
            .with("name", "c")
            .with("image", "i:1")
            .withStrings("args", Collections.nCopies(500_000, ""));
    node.server
        .cluster()
        .createLarge(
            JsonObject.empty()
                .with("apiVersion", "v1")
                .with("kind", "Pod")
                .with("metadata", JsonObject.empty().with("name", name))
                .with(
                    "spec",
                    JsonObject.empty()
                        .with("nodeName", "edge")
                        .withObjects("containers", List.of(container))));
  }

  @Test
  void onePodThatIsTooLargeDoesNotHideTheOthers() throws Exception {
    node.pod("a", "");
    big("big");
    node.pod("z", ", hostPID: true");
    node.start();
    node.await(names -> names.equals(List.of("a", "big!", "z!")));
    node.awaitTold("z");
    String refused = node.awaitTold("big");
    assertTrue(refused.contains("\"reason\":\"UnsupportedPod\""), refused);
    assertTrue(refused.contains("it has more than 20000 values"), refused);
    // Each of its changes is told by the watch, also that which this node's own word makes.
    node.server.cluster().flood(Resource.PODS, "default", "big", 3);
    big("huge");
    node.pod("b", "");
    node.await(names -> names.equals(List.of("a", "b", "big!", "huge!", "z!")));
    node.awaitTold("huge");
    node.server.cluster().delete(Resource.PODS, "default", "big");
    node.server.cluster().awaitGone(Resource.PODS, "default", "big", WatchedNode.LIMIT);
    node.await(names -> names.equals(List.of("a", "b", "huge!", "z!")));
    assertEquals(1, node.lists());
    assertEquals(1, node.patches("big").size());
    assertEquals(1, node.patches("huge").size());
    assertEquals(List.of(), node.said);
  }

  @Test
  void podsThatAreTogetherTooLargeAreRefused() throws Exception {
    node.start();
    node.await(List::isEmpty);
    String text = "x".repeat(400_000);
    for (int i = 0; i < 20; i++) {
      node.pod("p" + i, ", terminationGracePeriodSeconds: 5, schedulerName: " + text);
    }
    node.await(names -> names.size() == 20);
    long run = node.names().stream().filter(name -> !name.endsWith("!")).count();
    assertTrue(run >= 10 && run < 20, () -> node.names().toString());
  }

  @Test
  void whatIsNoPodIsPassedOverAndSaidOnce() throws Exception {
    node.pod("a", "");
    JsonObject one = node.server.cluster().get(Resource.PODS, "default", "a");
    String list =
        "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\""
            + node.server.cluster().version()
            + "\"},\"items\":[null,7,{},{\"metadata\":5},{\"metadata\":{\"name\":\"x\"}},"
            + "{\"metadata\":{\"namespace\":\"../..\",\"name\":\"x\",\"uid\":\"u\"}},"
            + "{\"metadata\":{\"namespace\":\"default\",\"name\":\"odd\",\"uid\":\"u1\","
            + "\"annotations\":7},\"spec\":[]},"
            + one
            + "]}";
    node.server.faults().next(1, "GET", "pods", new Fault.Says(list));
    node.start();
    node.await(names -> names.equals(List.of("a", "odd!")));
    int before = node.said.size();
    node.awaitWatch(1);
    for (int i = 0; i < 10; i++) {
      node.server.watches().say("ADDED", "null");
      node.server.watches().say("MODIFIED", "[1,2]");
      node.server.watches().say("DELETED", "{\"metadata\":\"x\"}");
      node.server.watches().say("SURPRISE", "{\"metadata\":{\"resourceVersion\":6}}");
    }
    node.pod("b", "");
    node.await(names -> names.equals(List.of("a", "b", "odd!")));
    assertEquals(1, node.lists());
    assertEquals(node.said.size(), node.said.stream().distinct().count(), node.said::toString);
    assertTrue(node.said.size() <= before + 2, node.said::toString);
  }

  /** A cluster keeps 12,500 before it removes the oldest. */
  @Test
  void thousandsThatHaveEndedHideNone() throws Exception {
    node.pod("z", "");
    StringBuilder list =
        new StringBuilder("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",")
            .append("\"metadata\":{\"resourceVersion\":\"")
            .append(node.server.cluster().version())
            .append("\"},\"items\":[");
    for (int i = 0; i < 12_500; i++) {
      list.append("{\"metadata\":{\"namespace\":\"default\",\"name\":\"p")
          .append(i)
          .append("\",\"uid\":\"u")
          .append(i)
          .append("\"},\"status\":{\"phase\":\"Failed\"}},");
    }
    list.append(node.server.cluster().get(Resource.PODS, "default", "z")).append("]}");
    node.server.faults().next(1, "GET", "limit=", new Fault.Says(list.toString()));
    node.start();
    node.await(names -> names.equals(List.of("z")));
    assertEquals(1, node.lists());
    assertEquals(List.of(), node.said);
  }
}
