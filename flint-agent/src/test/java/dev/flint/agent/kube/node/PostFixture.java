package dev.flint.agent.kube.node;

import dev.flint.agent.backend.Engine;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.oci.Platform;
import dev.flint.oci.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node that is told to go on step by step, and the server it speaks to. */
abstract class PostFixture {
  static final String NODES = "/api/v1/nodes";
  static final String NODE = NODES + "/edge";
  static final String STATUS = NODE + "/status";
  static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
  static final String LEASE = LEASES + "/edge";
  static final String SPACE = "kube-node-lease";
  static final long PERIOD = 10_000;

  @TempDir Path root;
  final ManualTime time = new ManualTime();
  final List<String> said = new ArrayList<>();
  final SomeBackend containers =
      new SomeBackend("containerd", new Engine("containerd", "1.6.20", ""));
  final SomeBackend guests = new SomeBackend("osv", new Engine("qemu", "7.2.22", "tcg"));
  Machine machine;
  FakeApiServer server;
  ApiClient api;
  BooleanSupplier podsAlive = () -> true;
  int returns;

  @BeforeEach
  void start() throws Exception {
    machine = new Machine(root);
    server = FakeApiServer.start(ServerSettings.usual().withClock(time));
    api = server.client();
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  static NodeSettings settings() {
    return new NodeSettings(
        "edge",
        Map.of("site", "roof"),
        Optional.of(NodeTaint.USUAL),
        List.of(),
        10250,
        new Reserved(500, 0, 0),
        110,
        List.of());
  }

  NodePost post(NodeSettings settings) {
    return new NodeKeeper.Parts(
            api,
            settings,
            new NodeAddresses(settings.addresses(), URI.create(api.server())),
            Map.of("containerd", containers, "osv", guests, "raw-vm", guests),
            () -> podsAlive.getAsBoolean(),
            root,
            EvictionLimits.usual(100),
            new Scarce(),
            said::add,
            () -> returns++)
        .post(machine.host(), time.time());
  }

  NodePost registered() {
    NodePost post = post(settings());
    post.step();
    server.log().clear();
    said.clear();
    return post;
  }

  void passAndStep(NodePost post, long millis) {
    time.pass(millis);
    post.step();
  }

  /** Goes on as long as anything is due within a while. */
  void run(NodePost post, long millis) {
    long end = time.now() + millis;
    long due = post.step();
    while (due <= end) {
      time.pass(Math.max(0, due - time.now()));
      due = post.step();
    }
    time.pass(end - time.now());
  }

  List<String> asked() {
    return server.log().all().stream().map(r -> r.method() + " " + r.path()).toList();
  }

  JsonObject body(String method, String pathEnd) {
    List<LoggedRequest> all = server.log().all(method, pathEnd);
    return all.get(all.size() - 1).body().orElseThrow();
  }

  JsonObject node() {
    return server.cluster().get(Resource.NODES, "", "edge");
  }

  static String condition(JsonObject node, String type, String member) throws Exception {
    for (JsonObject condition : node.object("status").orElseThrow().objects("conditions")) {
      if (condition.requiredString("type").equals(type)) {
        return condition.requiredString(member);
      }
    }
    throw new AssertionError("no " + type + ": " + node);
  }

  static String uid(JsonObject object) throws Exception {
    return object.object("metadata").orElseThrow().requiredString("uid");
  }

  static String expectedCondition(String type, String status, String reason, String text) {
    return """
        {"type":"%s","status":"%s","lastHeartbeatTime":"2026-03-04T05:06:07Z",\
        "lastTransitionTime":"2026-03-04T05:06:07Z","reason":"%s","message":"%s"}"""
        .formatted(type, status, reason, text);
  }

  String expectedStatus(String addresses) {
    long bytes = root.toFile().getTotalSpace();
    long storage = bytes / 1024;
    int cpus = Runtime.getRuntime().availableProcessors();
    String conditions =
        String.join(
            ",",
            expectedCondition(
                "MemoryPressure",
                "False",
                "KubeletHasSufficientMemory",
                "agent has sufficient memory available"),
            expectedCondition(
                "DiskPressure", "False", "KubeletHasNoDiskPressure", "agent has no disk pressure"),
            expectedCondition(
                "PIDPressure",
                "False",
                "KubeletHasSufficientPID",
                "agent has sufficient PID available"),
            expectedCondition(
                "NetworkUnavailable", "False", "NetworkIsUp", "agent reaches the API server"),
            expectedCondition("Ready", "True", "KubeletReady", "agent is posting ready status"));
    return """
        {"capacity":{"cpu":"%d","memory":"2097152Ki","ephemeral-storage":"%dKi","pods":"110"},\
        "allocatable":{"cpu":"%dm","memory":"1994752Ki","ephemeral-storage":"%dKi","pods":"110"},\
        "addresses":[%s],"daemonEndpoints":{"kubeletEndpoint":{"Port":10250}},\
        "nodeInfo":{"machineID":"0123456789abcdef0123456789abcdef",\
        "systemUUID":"4c4c4544-0000-1000-8000-000000000002",\
        "bootID":"6f1a7f6e-0000-4000-8000-000000000001","kernelVersion":"6.1.0-edge",\
        "osImage":"Debian GNU/Linux 12 (bookworm)",\
        "containerRuntimeVersion":"containerd://1.6.20","kubeletVersion":"v1.36.0-flint-dev",\
        "kubeProxyVersion":"","operatingSystem":"linux","architecture":"%s"},"conditions":[%s]}"""
        .formatted(
            cpus,
            storage,
            cpus * 1000 - 500,
            (bytes - bytes / 10) / 1024,
            addresses,
            Platform.host().architecture(),
            conditions);
  }

  static final String ADDRESSES =
      "{\"type\":\"InternalIP\",\"address\":\"127.0.0.1\"},"
          + "{\"type\":\"Hostname\",\"address\":\"edge\"}";
}
