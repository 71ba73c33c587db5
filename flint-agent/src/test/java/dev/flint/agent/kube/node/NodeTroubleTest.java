package dev.flint.agent.kube.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Engine;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.oci.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node does when the cluster is not as it should be, or the device is not. */
class NodeTroubleTest extends PostFixture {
  @Test
  void aNodeThatIsDeletedIsMadeAgain() throws Exception {
    NodePost post = registered();
    String before = uid(node());
    server.cluster().delete(Resource.NODES, "", "edge");
    // As the cluster does, as its owner is gone.
    server.cluster().delete(Resource.LEASES, SPACE, "edge");
    run(post, PERIOD + 200);
    assertTrue(asked().contains("POST " + NODES), asked() + " " + said);
    assertNotEquals(before, uid(node()));
    JsonObject lease = server.cluster().get(Resource.LEASES, SPACE, "edge");
    assertEquals(
        uid(node()),
        uid(
            JsonObject.empty()
                .with(
                    "metadata",
                    lease.object("metadata").orElseThrow().objects("ownerReferences").get(0))));
    assertEquals("True", condition(node(), "Ready", "status"));
    assertEquals(2, said.size(), said.toString());
    assertEquals("the lease of the Node is renewed again", said.get(1));
  }

  @Test
  void aNodeThatIsDeletedWhileItsLeaseStaysIsMadeAgain() throws Exception {
    NodePost post = registered();
    server.cluster().delete(Resource.NODES, "", "edge");
    run(post, 300_200);
    assertEquals("True", condition(node(), "Ready", "status"));
    run(post, PERIOD);
    JsonObject lease = server.cluster().get(Resource.LEASES, SPACE, "edge");
    assertEquals(
        uid(node()),
        lease
            .object("metadata")
            .orElseThrow()
            .objects("ownerReferences")
            .get(0)
            .requiredString("uid"));
  }

  @Test
  void aLeaseThatAnotherHasChangedIsReadAgain() throws Exception {
    NodePost post = registered();
    server.cluster().patch(Resource.LEASES, SPACE, "edge", "{metadata: {labels: {theirs: stays}}}");
    passAndStep(post, PERIOD);
    assertEquals(List.of("PUT " + LEASE, "GET " + LEASE, "PUT " + LEASE), asked());
    JsonObject lease = server.cluster().get(Resource.LEASES, SPACE, "edge");
    assertEquals(
        Map.of("theirs", "stays"), lease.object("metadata").orElseThrow().stringMap("labels"));
    assertEquals(List.of(), said);
  }

  @Test
  void aLeaseIsTriedFiveTimesAtOnceAndThenAfterGrowingPauses() throws Exception {
    NodePost post = registered();
    server.faults().all("*", "/leases/", new Fault.Status(500, 0));
    passAndStep(post, PERIOD);
    assertEquals(5, server.log().all("PUT", LEASE).size());
    for (long pause : new long[] {100, 200, 400, 800, 1600, 3200, 6400, 7000, 7000}) {
      server.log().clear();
      passAndStep(post, pause - 1);
      assertEquals(List.of(), server.log().all(r -> r.path().equals(LEASE)), "before " + pause);
      passAndStep(post, 1);
      assertEquals(1, server.log().all("GET", LEASE).size(), "after " + pause);
    }
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).startsWith("the lease of the Node is not renewed: "), said.get(0));
    server.faults().clear();
    passAndStep(post, 7000);
    assertEquals(2, said.size(), said.toString());
    assertEquals("the lease of the Node is renewed again", said.get(1));
  }

  @Test
  void waitsAsLongAsTheServerWants() throws Exception {
    NodePost post = registered();
    server.faults().next(1, "PUT", "/leases/", new Fault.Status(429, 20));
    passAndStep(post, PERIOD);
    assertEquals(1, server.log().all("PUT", LEASE).size(), "it is not tried again at once");
    server.log().clear();
    run(post, 19_999);
    assertEquals(List.of(), server.log().all(r -> r.path().equals(LEASE)));
    run(post, 1);
    assertEquals(1, server.log().all("PUT", LEASE).size());
  }

  @Test
  void aServerThatIsAwayIsAskedForMoreAndMoreSeldom() throws Exception {
    server.goAway();
    NodePost post = post(settings());
    run(post, 60_000);
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).startsWith("the Node is not registered: "), said.get(0));
    server.comeBack();
    run(post, 7000);
    assertEquals("True", condition(node(), "Ready", "status"));
    assertEquals(List.of("the Node is registered"), said.subList(1, said.size()));
    assertEquals(0, returns, "nobody could have taken it for gone");
  }

  /** The cluster has written meanwhile that the node is gone, and its pods not ready. */
  @Test
  void afterALongSilenceAllIsToldAnew() throws Exception {
    NodePost post = registered();
    server.goAway();
    run(post, 120_000);
    server.comeBack();
    server
        .cluster()
        .patchStatus(
            Resource.NODES,
            "",
            "edge",
            "{status: {conditions: [{type: Ready, status: Unknown,"
                + " lastTransitionTime: '2026-03-04T05:07:00Z'}]}}");
    run(post, 7200);
    assertEquals("True", condition(node(), "Ready", "status"));
    assertTrue(
        condition(node(), "Ready", "lastTransitionTime").compareTo("2026-03-04T05:08:07Z") >= 0,
        "it is ready since now");
    assertEquals("2026-03-04T05:06:07Z", condition(node(), "MemoryPressure", "lastTransitionTime"));
    assertEquals(1, returns);
    run(post, PERIOD);
    assertEquals(1, returns);
  }

  /** Clusters can be less patient than usual. */
  @Test
  void afterALeaseThatCameTwentySecondsLateTheNodeIsReadAgain() throws Exception {
    NodePost post = registered();
    time.pass(2 * PERIOD);
    server
        .cluster()
        .patchStatus(
            Resource.NODES, "", "edge", "{status: {conditions: [{type: Ready, status: Unknown}]}}");
    run(post, 200);
    assertEquals("True", condition(node(), "Ready", "status"));
    assertEquals(1, returns);
  }

  @Test
  void aClockThatIsPutRightMakesAllToldAnewAndNothingLate() throws Exception {
    NodePost post = registered();
    time.jump(-3_600_000);
    passAndStep(post, PERIOD);
    assertEquals(1, server.log().all("PUT", LEASE).size());
    passAndStep(post, 0);
    assertEquals("2026-03-04T04:06:17Z", condition(node(), "Ready", "lastHeartbeatTime"));
    run(post, 6 * PERIOD);
    assertEquals(7, server.log().all("PUT", LEASE).size());
  }

  @Test
  void withoutTheRightToALeaseTheStatusSaysThatItIsThere() throws Exception {
    server.faults().all("*", "/leases", new Fault.Status(403, 0));
    NodePost post = post(settings());
    post.step();
    server.log().clear();
    run(post, 6 * PERIOD);
    int told = server.log().all("PATCH", STATUS).size();
    assertTrue(told >= 5 && told <= 7, told + " times");
    assertEquals(1, said.size(), said.toString());
  }

  @Test
  void aStatusThatIsRefusedIsToldLater() throws Exception {
    NodePost post = registered();
    server.faults().next(2, "PATCH", "/status$", new Fault.Status(503, 0));
    podsAlive = () -> false;
    passAndStep(post, PERIOD);
    assertEquals("True", condition(node(), "Ready", "status"));
    run(post, 300);
    assertEquals(3, server.log().all("PATCH", STATUS).size());
    assertEquals("False", condition(node(), "Ready", "status"));
    assertEquals("KubeletNotReady", condition(node(), "Ready", "reason"));
    assertEquals("nobody looks after the pods", condition(node(), "Ready", "message"));
    assertEquals(2, said.size(), said.toString());
  }

  @Test
  void isNotReadyWhileABackendIsGoneForLong() throws Exception {
    NodePost post = registered();
    containers.goAway();
    run(post, 2 * PERIOD);
    assertEquals("True", condition(node(), "Ready", "status"), "it may be updated just now");
    run(post, 2 * PERIOD);
    assertEquals("False", condition(node(), "Ready", "status"));
    assertEquals("containerd: it does not answer", condition(node(), "Ready", "message"));
    containers.comeBack(new Engine("containerd", "2.1.9", ""));
    run(post, PERIOD);
    assertEquals("True", condition(node(), "Ready", "status"));
    assertEquals(
        "containerd://2.1.9",
        node()
            .object("status")
            .orElseThrow()
            .object("nodeInfo")
            .orElseThrow()
            .requiredString("containerRuntimeVersion"));
  }

  @Test
  void isNotReadyBeforeABackendHasAnsweredOnce() throws Exception {
    guests.goAway();
    NodePost post = post(settings());
    post.step();
    assertEquals("osv: it does not answer", condition(node(), "Ready", "message"));
    Map<String, String> labels = node().object("metadata").orElseThrow().stringMap("labels");
    assertEquals("true", labels.get("feather.backend/osv"), "it is what this node is for");
    guests.comeBack(new Engine("qemu", "8.0", "kvm"));
    run(post, PERIOD);
    assertEquals("True", condition(node(), "Ready", "status"));
    labels = node().object("metadata").orElseThrow().stringMap("labels");
    assertEquals("kvm", labels.get("flint.dev/acceleration"));
  }

  @Test
  void saysThatItLeaves() throws Exception {
    NodePost post = registered();
    post.leave(Duration.ofSeconds(2));
    assertEquals(
        "{\"status\":{\"conditions\":["
            + expectedCondition("Ready", "False", "KubeletNotReady", "node is shutting down")
            + "]}}",
        body("PATCH", STATUS).toString());
    assertEquals("False", condition(node(), "MemoryPressure", "status"), "the others stay");
    assertTrue(isCordoned());
    post(settings()).step();
    assertFalse(isCordoned(), "it is back");
    assertEquals(Map.of(), node().object("metadata").orElseThrow().stringMap("annotations"));
  }

  /** Also after what has a Node read and told anew. */
  @Test
  void whatIsShutDownSaysSoUntilItEnds() throws Exception {
    NodePost post = registered();
    post.leave();
    post.step();
    assertEquals("node is shutting down", condition(node(), "Ready", "message"));
    assertTrue(isCordoned());
    server.log().clear();
    machine.memory(2 << 20, 1000);
    time.pass(2 * PERIOD);
    run(post, 6 * PERIOD);
    assertEquals(Set.of("PUT " + LEASE), Set.copyOf(asked()));
    assertEquals("False", condition(node(), "Ready", "status"));
    assertTrue(isCordoned());
  }

  @Test
  void thatItIsShutDownIsSaidAgainIfItWasNotHeard() throws Exception {
    NodePost post = registered();
    server.faults().next(2, "PATCH", "/status$", new Fault.Status(503, 0));
    post.leave();
    post.step();
    assertEquals("True", condition(node(), "Ready", "status"));
    run(post, 300);
    assertEquals("node is shutting down", condition(node(), "Ready", "message"));
    assertTrue(isCordoned());
  }

  private boolean isCordoned() throws Exception {
    return node().object("spec").orElseThrow().flag("unschedulable");
  }

  @Test
  void aCordonOfSomebodyElseStays() throws Exception {
    NodePost post = registered();
    api.patch(
        ApiPath.of("api", "v1", "nodes", "edge"),
        JsonObject.empty().with("spec", JsonObject.empty().with("unschedulable", true)));
    server.log().clear();
    post.leave(Duration.ofSeconds(2));
    assertEquals(List.of(), server.log().all("PATCH", NODE));
    post(settings()).step();
    assertTrue(isCordoned());
  }

  /** Between its stop and its start an administrator may have made up his mind. */
  @Test
  void whoUncordonedItMeanwhileFindsItSo() throws Exception {
    registered().leave(Duration.ofSeconds(2));
    api.patch(
        ApiPath.of("api", "v1", "nodes", "edge"),
        JsonObject.empty().with("spec", JsonObject.empty().withNull("unschedulable")));
    post(settings()).step();
    assertFalse(isCordoned());
    assertEquals(Map.of(), node().object("metadata").orElseThrow().stringMap("annotations"));
  }

  /** Else the cluster would take all pods away, though they run. */
  @Test
  void itsLeaseGoesOnWhateverFails() throws Exception {
    for (Throwable failure :
        List.of(new IllegalStateException("a mistake"), new OutOfMemoryError("none left"))) {
      NodePost post = registered();
      podsAlive =
          () -> {
            if (failure instanceof Error error) {
              throw error;
            }
            throw (RuntimeException) failure;
          };
      run(post, 3 * PERIOD);
      assertEquals(3, server.log().all("PUT", LEASE).size());
      assertEquals(List.of("the device cannot be looked at: " + failure), said);
      podsAlive = () -> false;
      run(post, 2 * PERIOD);
      assertEquals("the device is looked at again", said.get(1));
      assertEquals("False", condition(node(), "Ready", "status"));
      podsAlive = () -> true;
    }
  }

  /** As in a cluster where somebody else is to say so. */
  @Test
  void aCordonThatMayNotBeTakenAwayIsToldAndKeepsNothing() throws Exception {
    registered().leave(Duration.ofSeconds(2));
    server.log().clear();
    server.faults().next(1, "PATCH", "/nodes/edge$", new Fault.Status(403, 0));
    NodePost post = post(settings());
    post.step();
    assertTrue(isCordoned());
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).startsWith("the Node is left cordoned: "), said.get(0));
    assertTrue(said.get(0).endsWith("; an administrator: kubectl uncordon edge"), said.get(0));
    run(post, 0);
    assertEquals(
        1, server.log().all("POST", LEASES).size() + server.log().all("PUT", LEASE).size());
  }

  @Test
  void anAnnotationThatIsNotItsOwnSaysNothing() throws Exception {
    registered();
    api.patch(
        ApiPath.of("api", "v1", "nodes", "edge"),
        JsonObject.empty()
            .with(
                "metadata",
                JsonObject.empty()
                    .with("annotations", JsonObject.empty().with("flint.dev/cordoned", "by-hand")))
            .with("spec", JsonObject.empty().with("unschedulable", true)));
    post(settings()).step();
    assertTrue(isCordoned());
  }

  @Test
  void leavesWithoutAWordIfNobodyHears() throws Exception {
    post(settings()).leave(Duration.ofSeconds(2));
    assertEquals(List.of(), asked());
    NodePost post = registered();
    server.goAway();
    post.leave(Duration.ofSeconds(2));
    assertEquals(List.of(), said);
  }
}
