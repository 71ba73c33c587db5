package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods that have come past the scheduler to a node that they do not want, or that is taken. */
@Timeout(120)
final class NodeFitTest {
  private static final String AFFINITY =
      "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node"
          + " affinity/selector";
  private static final String PORTS =
      "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the"
          + " requested pod ports";

  @TempDir private Path folder;
  private WatchedNode node;

  @BeforeEach
  void begin() throws IOException {
    node = new WatchedNode(folder);
    node.mirror.limit(new NodeFit(NodeRoom.ENDLESS, node.own), List::of);
  }

  @AfterEach
  void end() throws IOException {
    node.close();
  }

  private static PodSpec spec(String rest) throws IOException {
    String text =
        "{apiVersion: v1, kind: Pod, metadata: {namespace: default, name: p, uid: u}, spec: {"
            + rest
            + "}}";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return PodParser.parse(YamlReader.read(bytes, "p").get(0), PodOrigin.API);
  }

  private static boolean holds(String rest) throws IOException {
    PodSpec pod = spec(rest + ", containers: [{name: c, image: 'i:1'}]");
    return NodeAffinity.of(pod).holds("edge", Map.of("zone", "a", "size", "10", "empty", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | true",
        "{zone: a} | true",
        "{zone: a, size: '10'} | true",
        "{zone: a, size: '11'} | false",
        "{empty: ''} | true",
        "{none: ''} | false",
      })
  void nodeSelectorsAreAsInKubernetes(String selector, boolean holds) throws IOException {
    assertEquals(holds, holds("nodeSelector: " + selector));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "matchExpressions: [{key: zone, operator: In, values: [b, a]}] | true",
        "matchExpressions: [{key: zone, operator: In, values: [b]}] | false",
        "matchExpressions: [{key: none, operator: In, values: ['']}] | false",
        "matchExpressions: [{key: zone, operator: NotIn, values: [a]}] | false",
        "matchExpressions: [{key: none, operator: NotIn, values: [a]}] | true",
        "matchExpressions: [{key: empty, operator: Exists}] | true",
        "matchExpressions: [{key: none, operator: Exists}] | false",
        "matchExpressions: [{key: none, operator: DoesNotExist}] | true",
        "matchExpressions: [{key: empty, operator: DoesNotExist}] | false",
        "matchExpressions: [{key: size, operator: Gt, values: ['9']}] | true",
        "matchExpressions: [{key: size, operator: Gt, values: ['10']}] | false",
        "matchExpressions: [{key: size, operator: Lt, values: ['11']}] | true",
        "matchExpressions: [{key: zone, operator: Lt, values: ['11']}] | false",
        "matchExpressions: [{key: size, operator: Near, values: ['10']}] | false",
        "matchExpressions: [{key: zone, operator: Exists}, {key: none, operator: Exists}] | false",
        "matchFields: [{key: metadata.name, operator: In, values: [edge]}] | true",
        "matchFields: [{key: metadata.name, operator: In, values: [other]}] | false",
        "matchFields: [{key: metadata.name, operator: NotIn, values: [other]}] | true",
        "matchFields: [{key: metadata.uid, operator: NotIn, values: [other]}] | false",
        "matchExpressions: [] | false",
        "matchExpressions: [{key: none, operator: Exists}]}, {matchExpressions: [{key: zone, operator: Exists}] | true",
      })
  void requiredAffinityIsAsInKubernetes(String term, boolean holds) throws IOException {
    String required =
        "requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{" + term + "}]}";
    assertEquals(holds, holds("affinity: {nodeAffinity: {" + required + "}}"));
    assertEquals(
        false, holds("nodeSelector: {none: a}, affinity: {nodeAffinity: {" + required + "}}"));
  }

  @Test
  void noTermHoldsNowhereAndAWishEverywhere() throws IOException {
    String required = "requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}";
    assertEquals(false, holds("affinity: {nodeAffinity: {" + required + "}}"));
    String preferred =
        "preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {"
            + "matchExpressions: [{key: none, operator: Exists}]}}]";
    assertTrue(holds("affinity: {nodeAffinity: {" + preferred + "}}"));
  }

  private static PodSpec withPort(String port) throws IOException {
    return spec(
        "containers: [{name: c, image: 'i:1', ports: [{containerPort: 80, " + port + "}]}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hostPort: 8080 | hostPort: 8080 | false",
        "hostPort: 8080 | hostPort: 8081 | true",
        "hostPort: 8080 | hostPort: 8080, protocol: UDP | true",
        "hostPort: 8080 | hostPort: 8080, hostIP: 10.0.0.1 | false",
        "hostPort: 8080, hostIP: 10.0.0.1 | hostPort: 8080, hostIP: 10.0.0.1 | false",
        "hostPort: 8080, hostIP: 10.0.0.1 | hostPort: 8080, hostIP: 10.0.0.2 | true",
        "name: web | name: web | true",
      })
  void aPortOfTheHostIsForOnePod(String one, String other, boolean both) throws IOException {
    Refusal refusal = both ? Refusal.NONE : new Refusal(true, "NodePorts", PORTS);
    NodeFit fit = new NodeFit(NodeRoom.ENDLESS, node.own);
    assertEquals(refusal, fit.refuse(withPort(one), List.of(withPort(other))));
    assertEquals(Refusal.NONE, fit.refuse(withPort(one), List.of()));
  }

  /** What it listens on is free again when others begin, unless it is a sidecar. */
  @ParameterizedTest
  @CsvSource({"'', true", "'restartPolicy: Always, ', false"})
  void portsOfSidecarsCount(String kind, boolean free) throws IOException {
    String init =
        "initContainers: [{name: i, image: 'i:1', %sports: [{containerPort: 80, hostPort: 8080}]}],"
            .formatted(kind);
    PodSpec pod = spec(init + " containers: [{name: c, image: 'i:1'}]");
    assertEquals(free, NodePorts.areFree(withPort("hostPort: 8080"), List.of(pod)));
  }

  private void label(String zone) throws IOException {
    node.server
        .cluster()
        .patch(Resource.NODES, "", "edge", "{metadata: {labels: {zone: " + zone + "}}}");
  }

  private void node() throws IOException {
    node.server
        .cluster()
        .create("{apiVersion: v1, kind: Node, metadata: {name: edge, labels: {zone: a}}}");
  }

  private void awaitRefused(String name) throws InterruptedException {
    String told = node.awaitTold(name);
    assertTrue(told.contains("\"phase\":\"Failed\""), told);
    assertTrue(told.contains("\"reason\":\"NodeAffinity\""), told);
    assertTrue(told.contains("\"message\":\"" + AFFINITY + "\""), told);
  }

  @Test
  void aPodThatWantsAnotherNodeHasFailed() throws Exception {
    node();
    node.pod("first", ", nodeSelector: {zone: b}");
    node.pod("good", ", nodeSelector: {zone: a}");
    node.start();
    awaitRefused("first");
    node.pod("second", ", nodeSelector: {zone: b}");
    awaitRefused("second");
    node.await(names -> names.equals(List.of("good")));
  }

  /** The scheduler knows it at once; what the agent has read before says nothing. */
  @Test
  void aPodThatCameForANewLabelIsRunAndStays() throws Exception {
    node();
    node.pod("a", ", nodeSelector: {zone: a}");
    node.start();
    node.awaitWatch(1);
    label("b");
    node.pod("b", ", nodeSelector: {zone: b}");
    node.await(names -> names.equals(List.of("a", "b")));
    label("c");
    node.server.cluster().flood(Resource.PODS, "default", "b", 3);
    node.pod("c", ", nodeSelector: {zone: c}");
    node.await(names -> names.equals(List.of("a", "b", "c")));
  }

  @Test
  void asLongAsTheNodeIsNotKnownPodsAreRun() throws Exception {
    node.pod("a", ", nodeSelector: {zone: a}");
    node.start();
    node.await(names -> names.equals(List.of("a")));
  }

  @Test
  void aPodWaitsUntilItIsKnownWhetherItIsWanted() throws Exception {
    node();
    node.start();
    node.awaitWatch(1);
    node.server.faults().next(1, "GET", "/nodes/edge", new Fault.Status(503, 0));
    node.pod("a", ", nodeSelector: {zone: b}");
    awaitRefused("a");
  }
}
