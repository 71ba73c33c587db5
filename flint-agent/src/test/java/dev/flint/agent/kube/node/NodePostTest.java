package dev.flint.agent.kube.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.oci.Platform;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a node makes of itself in a cluster. */
class NodePostTest extends PostFixture {
  @Test
  void makesANodeThatSaysWhatItIs() throws Exception {
    post(settings()).step();
    assertEquals(
        """
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"edge","labels":{\
        "feather.backend/containerd":"true","feather.backend/osv":"true",\
        "feather.backend/raw-vm":"true","flint.dev/acceleration":"tcg",\
        "flint.dev/hypervisor":"qemu","flint.dev/hypervisor-version":"7.2.22",\
        "kubernetes.io/arch":"%s","kubernetes.io/hostname":"edge","kubernetes.io/os":"linux",\
        "kubernetes.io/role":"agent",\
        "node.kubernetes.io/exclude-from-external-load-balancers":"true","site":"roof",\
        "type":"virtual-kubelet"}},"spec":{"taints":[{"key":"virtual-kubelet.io/provider",\
        "value":"backend","effect":"NoSchedule"}]},"status":%s}"""
            .formatted(Platform.host().architecture(), expectedStatus(ADDRESSES)),
        body("POST", NODES).toString());
    assertEquals(
        List.of("GET " + NODE, "POST " + NODES, "GET " + LEASE, "POST " + LEASES), asked());
    assertEquals(List.of(), said);
  }

  @Test
  void makesALeaseThatGoesWithItsNode() throws Exception {
    post(settings()).step();
    assertEquals(
        """
        {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"edge",\
        "namespace":"kube-node-lease","ownerReferences":[{"apiVersion":"v1","kind":"Node",\
        "name":"edge","uid":"%s"}]},"spec":{"holderIdentity":"edge",\
        "leaseDurationSeconds":40,"renewTime":"2026-03-04T05:06:07.123456Z"}}"""
            .formatted(uid(node())),
        body("POST", LEASES).toString());
  }

  @Test
  void renewsTheLeaseEveryTenSecondsAndSaysNothingElse() throws Exception {
    NodePost post = registered();
    run(post, 6 * PERIOD);
    assertEquals(List.of("PUT " + LEASE).get(0), asked().get(0));
    assertEquals(6, server.log().all("PUT", LEASE).size());
    assertEquals(6, asked().size(), asked().toString());
    JsonObject lease = server.cluster().get(Resource.LEASES, SPACE, "edge");
    assertEquals(
        "2026-03-04T05:07:07.123456Z",
        lease.object("spec").orElseThrow().string("renewTime").get());
  }

  @Test
  void tellsItsStatusAnewEveryFiveMinutes() throws Exception {
    NodePost post = registered();
    run(post, 299_999);
    assertEquals(List.of(), server.log().all("PATCH", STATUS));
    run(post, 1);
    assertEquals(1, server.log().all("PATCH", STATUS).size());
    assertEquals("2026-03-04T05:11:07Z", condition(node(), "Ready", "lastHeartbeatTime"));
    assertEquals("2026-03-04T05:06:07Z", condition(node(), "Ready", "lastTransitionTime"));
  }

  @Test
  void tellsAtOnceWhatHasChanged() throws Exception {
    NodePost post = registered();
    machine.memory(2 << 20, 1000);
    passAndStep(post, PERIOD);
    assertEquals("True", condition(node(), "MemoryPressure", "status"));
    assertEquals("KubeletHasInsufficientMemory", condition(node(), "MemoryPressure", "reason"));
    assertEquals("2026-03-04T05:06:17Z", condition(node(), "MemoryPressure", "lastTransitionTime"));
    assertEquals("2026-03-04T05:06:07Z", condition(node(), "Ready", "lastTransitionTime"));
  }

  /** Two addresses of one type would be merged into one. */
  @Test
  void replacesTheListOfAddresses() throws Exception {
    server.cluster().create("{apiVersion: v1, kind: Node, metadata: {name: edge}}");
    server
        .cluster()
        .patchStatus(
            Resource.NODES,
            "",
            "edge",
            "{status: {addresses: [{type: InternalIP, address: 9.9.9.9}]}}");
    NodeSettings settings = settings();
    post(new NodeSettings(
            "edge",
            settings.labels(),
            settings.taint(),
            List.of("10.0.0.7", "fd00::7"),
            10250,
            settings.reserved(),
            110,
            List.of()))
        .step();
    String addresses =
        "{\"type\":\"InternalIP\",\"address\":\"10.0.0.7\"},"
            + "{\"type\":\"InternalIP\",\"address\":\"fd00::7\"},"
            + "{\"type\":\"Hostname\",\"address\":\"edge\"}";
    assertEquals(
        "{\"status\":" + expectedStatus(addresses + ",{\"$patch\":\"replace\"}") + "}",
        body("PATCH", STATUS).toString());
    assertEquals(
        "[" + addresses + "]",
        node().object("status").orElseThrow().member("addresses").orElseThrow().json());
  }

  @Test
  void bringsANodeThatIsThereUpToDateAndLeavesWhatOthersHavePutThere() throws Exception {
    server
        .cluster()
        .create(
            """
            apiVersion: v1
            kind: Node
            metadata:
              name: edge
              labels: {site: cellar, theirs: stays, feather.backend/gone: "true"}
            spec:
              unschedulable: true
              taints:
              - {key: theirs, effect: NoExecute}
              - {key: virtual-kubelet.io/provider, value: old, effect: NoSchedule}
            """);
    String version = node().object("metadata").orElseThrow().requiredString("resourceVersion");
    post(settings()).step();
    JsonObject labels = body("PATCH", NODE);
    List<LoggedRequest> patches = server.log().all("PATCH", NODE);
    assertEquals(
        """
        {"metadata":{"labels":{"feather.backend/containerd":"true","feather.backend/osv":"true",\
        "feather.backend/raw-vm":"true","flint.dev/acceleration":"tcg",\
        "flint.dev/hypervisor":"qemu","flint.dev/hypervisor-version":"7.2.22",\
        "kubernetes.io/arch":"%s","kubernetes.io/hostname":"edge","kubernetes.io/os":"linux",\
        "kubernetes.io/role":"agent",\
        "node.kubernetes.io/exclude-from-external-load-balancers":"true","site":"roof",\
        "type":"virtual-kubelet","feather.backend/gone":null}}}"""
            .formatted(Platform.host().architecture()),
        patches.get(0).body().orElseThrow().toString());
    assertEquals(
        """
        {"spec":{"taints":[{"key":"theirs","effect":"NoExecute"},\
        {"key":"virtual-kubelet.io/provider","value":"backend","effect":"NoSchedule"}]}}""",
        labels.without("metadata").toString());
    assertNotEquals(version, "", "a taint that came in between must not be lost");
    JsonObject after = node();
    JsonObject spec = after.object("spec").orElseThrow();
    assertTrue(spec.flag("unschedulable"), "who cordoned it uncordons it");
    assertEquals(2, spec.objects("taints").size());
    Map<String, String> kept = after.object("metadata").orElseThrow().stringMap("labels");
    assertEquals("stays", kept.get("theirs"));
    assertEquals("roof", kept.get("site"));
    assertTrue(!kept.containsKey("feather.backend/gone"));
    assertEquals("True", condition(after, "Ready", "status"));
  }

  @Test
  void aNodeThatIsRightIsNotWrittenToButForItsStatus() throws Exception {
    registered();
    post(settings()).step();
    assertEquals(
        List.of("GET " + NODE, "GET " + LEASE, "PUT " + LEASE, "PATCH " + STATUS), asked());
  }

  @Test
  void takesItsTaintAwayIfItShallHaveNone() throws Exception {
    registered();
    NodeSettings settings = settings();
    post(new NodeSettings(
            "edge",
            settings.labels(),
            Optional.empty(),
            List.of(),
            10250,
            settings.reserved(),
            110,
            List.of()))
        .step();
    assertEquals(List.of(), node().object("spec").orElseThrow().objects("taints"));
  }

  @Test
  void sinceWhenAConditionHoldsOutlivesTheAgent() throws Exception {
    registered();
    time.pass(60_000);
    post(settings()).step();
    assertEquals("2026-03-04T05:07:07Z", condition(node(), "Ready", "lastHeartbeatTime"));
    assertEquals("2026-03-04T05:06:07Z", condition(node(), "Ready", "lastTransitionTime"));
  }

  /** Another one was faster: as good as one that was there. */
  @Test
  void aNodeThatIsMadeInBetweenIsTakenOver() throws Exception {
    server.cluster().create("{apiVersion: v1, kind: Node, metadata: {name: edge}}");
    server.faults().next(1, "GET", NODE + "$", new Fault.Status(404, 0));
    post(settings()).step();
    assertEquals(List.of("GET " + NODE, "POST " + NODES, "GET " + NODE), asked().subList(0, 3));
    assertEquals("True", condition(node(), "Ready", "status"));
    assertEquals(List.of(), said);
  }

  /** NodeRestriction: a node may give itself few of Kubernetes' own labels. */
  @Test
  void leavesOutLabelsThatItMayNotSet() throws Exception {
    server.faults().next(1, "POST", NODES + "$", new Fault.Status(403, 0));
    NodePost post = post(settings());
    post.step();
    Map<String, String> labels = node().object("metadata").orElseThrow().stringMap("labels");
    assertTrue(!labels.containsKey("kubernetes.io/role"), labels.toString());
    assertEquals("virtual-kubelet", labels.get("type"));
    assertEquals("edge", labels.get("kubernetes.io/hostname"));
    assertEquals(1, said.size());
    assertTrue(said.get(0).contains("kubernetes.io/role"), said.toString());
    run(post, 6 * PERIOD);
    assertEquals(1, said.size(), said.toString());
  }

  /** NodeRestriction: a node may not change its own taints, only be made with them. */
  @Test
  void goesOnWithATaintThatItMayNotChange() throws Exception {
    registered();
    server
        .cluster()
        .patch(Resource.NODES, "", "edge", "{spec: {taints: [{key: a, effect: NoExecute}]}}");
    server.faults().all("PATCH", NODE + "$", new Fault.Status(403, 0));
    NodePost post = post(settings());
    run(post, 6 * PERIOD);
    assertEquals(1, said.size(), said.toString());
    assertTrue(
        said.get(0)
            .endsWith(
                "kubectl taint node edge virtual-kubelet.io/provider=backend:NoSchedule --overwrite"),
        said.get(0));
    assertEquals(1, server.log().all("PATCH", STATUS).size(), "all else goes on");
  }
}
