package dev.flint.cli;

import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.KubernetesDevice.LIMIT;
import static dev.flint.cli.KubernetesDevice.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Grant;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.StreamPassage;
import dev.flint.agent.kube.testing.User;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.pem.CredulousTrust;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exec, attach and port-forward of Kubernetes' client for Node, through what an API server does
 * with them, to an agent that is a process, with real containers.
 */
@Timeout(300)
class KubernetesStreamsIT {
  private static final Path SCRIPT = Path.of("src", "test", "node", "streams.mjs");
  private static final Path CLIENT =
      Path.of(
          "/usr/local/share/flint-test/kubernetes/node_modules/@kubernetes/client-node/dist/index.js");

  private static final String SIZED =
      "read a; until [ \"$(stty size)\" = \"33 111\" ]; do sleep 1; done; stty size; tty";

  @TempDir Path folder;
  private KubernetesDevice edge;
  private AgentDevice device;
  private FakeApiServer server;
  private StreamPassage passage;

  @BeforeEach
  void begin() throws Exception {
    Peers.require("node");
    Peers.requireFile(List.of(CLIENT));
    edge = KubernetesDevice.make(folder);
    device = edge.device();
    server = edge.server();
    server.users().token("api", new User("api", List.of()));
    server.reviews().allow("api", new Grant("", "nodes/proxy", "create"));
    edge.startAgent();
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new CredulousTrust()}, null);
    passage = new StreamPassage(kubelet(), tls, "api");
  }

  @AfterEach
  void end() throws Exception {
    try (KubernetesDevice ended = edge;
        StreamPassage closed = passage) {
      // Nothing else.
    }
  }

  /** The port that the Node names, which says too that it takes WebSockets. */
  private int kubelet() throws Exception {
    JsonObject node =
        server
            .cluster()
            .await(
                Resource.NODES,
                "",
                "edge",
                one ->
                    one.toString().contains("\"declaredFeatures\":[\"ExtendWebSocketsToKubelet\"]"),
                LIMIT);
    return (int)
        node.object("status")
            .orElseThrow()
            .object("daemonEndpoints")
            .orElseThrow()
            .object("kubeletEndpoint")
            .orElseThrow()
            .integer("Port")
            .orElse(0);
  }

  private void run(String name, String... containers) throws Exception {
    server.cluster().create(pod(name, "Always", containers));
    edge.awaitReady(name);
  }

  /** What the script says of what came. */
  private JsonObject node(String... words) throws Exception {
    List<Object> argv = new ArrayList<>(List.of("node", SCRIPT, CLIENT, passage.url()));
    argv.addAll(List.of(words));
    String out = Command.run(argv.toArray()).ok().out();
    return JsonObject.parse(out.getBytes(StandardCharsets.UTF_8), out);
  }

  @Test
  void runsProgramsInAContainer() throws Exception {
    run("web", box("box", device.box(), SLEEP));
    JsonObject ended =
        node("exec", "web", "box", "", "sh", "-c", "echo out; echo err >&2; exit 42");
    assertEquals("out\n", ended.requiredString("stdout"));
    assertEquals("err\n", ended.requiredString("stderr"));
    JsonObject status = ended.object("status").orElseThrow();
    assertEquals("NonZeroExitCode", status.requiredString("reason"));
    assertTrue(status.toString().contains("\"message\":\"42\""), status::toString);

    String much = "all of it\n".repeat(50_000);
    JsonObject fed = node("exec", "web", "box", much.substring(0, 100_000), "cat");
    assertEquals(much.substring(0, 100_000), fed.requiredString("stdout"));
    assertEquals("Success", fed.object("status").orElseThrow().requiredString("status"));

    JsonObject none = node("exec", "web", "box", "", "/nowhere");
    assertEquals("InternalError", none.object("status").orElseThrow().requiredString("reason"));

    // The size and the line come by two queues of the client, in any order.
    JsonObject terminal = node("terminal", "web", "box", "sh", "-c", SIZED);
    assertTrue(terminal.requiredString("stdout").contains("33 111"), terminal::toString);
    assertTrue(terminal.requiredString("stdout").contains("/dev/pts/"), terminal::toString);
  }

  @Test
  void endsAProgramWithItsClient() throws Exception {
    run("web", box("box", device.box(), SLEEP));
    // No other test's.
    String seconds = Long.toString(1_000_000 + ProcessHandle.current().pid());
    node("leave", "web", "box", "sh", "-c", "echo begun; exec sleep " + seconds);
    device.await("the program ends", () -> !isRunning(seconds));
    assertEquals(0, pipes());
  }

  private static boolean isRunning(String argument) {
    return ProcessHandle.allProcesses()
        .anyMatch(one -> List.of(one.info().arguments().orElse(new String[0])).contains(argument));
  }

  /** Folders of pipes that are left of programs. */
  private long pipes() throws IOException {
    device.await(
        "no pipes",
        () -> {
          try (var all = Files.list(device.state().sockets())) {
            return all.noneMatch(one -> one.getFileName().toString().startsWith("exec"));
          }
        });
    return 0;
  }

  @Test
  void showsAndReachesAContainer() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String serve =
        "mkdir /www; echo hello > /www/x; busybox httpd -f -v -p 127.0.0.1:"
            + port
            + " -h /www 2>&1";
    run("web", box("box", device.box(), serve) + "    ports: [{containerPort: " + port + "}]\n");
    // It runs before it listens.
    device.await("it listens", () -> listens(port));
    String answer = node("forward", "web", Integer.toString(port)).requiredString("stdout");
    assertTrue(answer.endsWith("\r\n\r\nhello\n"), answer);
    assertTrue(
        node("attach", "web", "box", Integer.toString(port))
            .requiredString("stdout")
            .contains("response:"));
    assertTrue(
        node("forward", "web", "1").requiredString("stderr").contains("containerPort"),
        "a port that the pod does not name");
  }

  private static boolean listens(int port) {
    try {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void typesToAContainersOwnProgram() throws Exception {
    String once = box("box", device.box(), "tr a-z A-Z; echo over");
    server.cluster().create(pod("typed", "Never", once + "    stdin: true\n    stdinOnce: true\n"));
    edge.awaitReady("typed");
    JsonObject said = node("type", "typed", "box", "what is typed\n");
    assertEquals("WHAT IS TYPED\nover\n", said.requiredString("stdout"), said::toString);
    run("deaf", box("box", device.box(), SLEEP));
    JsonObject refused = node("type", "deaf", "box", "what is typed\n");
    assertTrue(refused.requiredString("error").contains("501"), refused::toString);
  }

  @Test
  void saysThatNothingRunsInAGuestButItself() throws Exception {
    run("os", guest("guest", device.guest(), "--sleep", "hello"));
    JsonObject refused = node("exec", "os", "guest", "", "ls");
    assertTrue(refused.requiredString("error").contains("501"), refused::toString);
  }
}
