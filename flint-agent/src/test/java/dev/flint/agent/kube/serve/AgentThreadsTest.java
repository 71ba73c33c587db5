package dev.flint.agent.kube.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.spdy.SpdyClient;
import dev.flint.agent.kube.stream.TunnelClient;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.User;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes over an agent, it has so many threads, and few again when it is over. */
@Timeout(300)
final class AgentThreadsTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String TOKEN = "t-agent";
  private static final int PODS = 200;
  private static final int SESSIONS = 8;
  private static final int FORWARDED = 64;
  private static final int STRANGERS = 70;

  @TempDir private Path folder;
  private final List<Closeable> clients = new ArrayList<>();
  private FakeApiServer server;
  private ServerSocket service;
  private Process agent;
  private BufferedReader said;
  private int port;

  @BeforeEach
  void begin() throws Exception {
    server = FakeApiServer.start(ServerSettings.usual().withoutPodDefaults());
    server.users().token(TOKEN, User.node(ThreadedAgent.NODE));
    service = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    agent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ThreadedAgent.class.getName(),
                folder.toString(),
                server.url(),
                TOKEN,
                String.valueOf(service.getLocalPort()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    said = agent.inputReader(UTF_8);
    port = Integer.parseInt(said.readLine());
    server.log().await(1, LoggedRequest::isWatch, LIMIT);
    server.log().await(1, r -> r.path().endsWith("/leases/" + ThreadedAgent.NODE), LIMIT);
  }

  @AfterEach
  void end() throws Exception {
    hangUp();
    agent.destroyForcibly().waitFor();
    server.close();
    service.close();
  }

  private void hangUp() throws IOException {
    for (Closeable client : clients) {
      client.close();
    }
    clients.clear();
  }

  /** Asks the agent for a number of threads. */
  private int ask(String question) throws IOException {
    OutputStream to = agent.getOutputStream();
    to.write((question + "\n").getBytes(UTF_8));
    to.flush();
    return Integer.parseInt(said.readLine());
  }

  @Test
  void hasFewThreadsInAStormAndFewerAfterIt() throws Exception {
    int idle = ask("idle");
    manyPods();
    aServerInTrouble();
    manyClients();
    int busy = ask("count");
    int most = ask("peak");
    hangUp();
    for (int i = 0; i < PODS; i++) {
      server.cluster().delete(Resource.PODS, "default", "p" + i, OptionalLong.of(0));
    }
    assertTrue(busy > idle + SESSIONS * (3 + 1) + FORWARDED, busy + " of " + idle);
    assertTrue(most <= ThreadedAgent.MOST, most + " threads");
    int settled = ask("settle");
    // There may have been one more at first, which had something to do for a moment.
    assertTrue(settled <= idle, settled + " of " + idle);
  }

  private void manyPods() throws Exception {
    for (int i = 0; i < PODS; i++) {
      server
          .cluster()
          .create(
              "{apiVersion: v1, kind: Pod, metadata: {name: p"
                  + i
                  + "}, spec: {nodeName: "
                  + ThreadedAgent.NODE
                  + ", containers: [{name: c, image: 'registry.invalid/i:1'}]}}");
    }
    server
        .log()
        .await(PODS, r -> r.method().equals("PATCH") && r.path().contains("/pods/p"), LIMIT);
  }

  private void aServerInTrouble() throws Exception {
    int watches = server.log().all(LoggedRequest::isWatch).size();
    for (int i = 0; i < 20; i++) {
      server.cluster().flood(Resource.PODS, "default", "p" + i, 100);
    }
    server.faults().next(2, "GET", "watch=", new Fault.Status(410, 0));
    server.faults().next(1, "GET", "limit=", new Fault.Status(429, 1));
    server.faults().next(20, "PATCH", "pods", new Fault.Status(429, 1));
    server.faults().next(2, "PUT", "leases", new Fault.Status(429, 1));
    server.watches().expire();
    server.log().await(watches + 1, r -> r.isWatch() && r.status() == 200, LIMIT);
  }

  /** More than there are places for, each in its way. */
  private void manyClients() throws Exception {
    for (int i = 0; i < SESSIONS; i++) {
      ChannelClient client =
          ChannelClient.ask(
              port,
              "/exec/default/web/app?command=cat&input=1&output=1&error=1",
              "t-ann",
              "v5.channel.k8s.io");
      clients.add(client);
      assertEquals("v5.channel.k8s.io", client.protocol());
    }
    int taken = 0;
    for (TunnelClient client : tunnels()) {
      taken += open(client.spdy());
    }
    assertEquals(FORWARDED, taken);
    for (int i = 0; i < taken; i++) {
      clients.add(service.accept());
    }
    for (int i = 0; i < STRANGERS; i++) {
      clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }
  }

  private List<TunnelClient> tunnels() throws Exception {
    List<TunnelClient> tunnels = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      Socket socket = TestKubelet.context(null).getSocketFactory().createSocket("127.0.0.1", port);
      tunnels.add(new TunnelClient(socket, "/portForward/default/web", TunnelClient.SPDY));
    }
    clients.addAll(tunnels);
    return tunnels;
  }

  /** Asks for more connections than there are places; says how many there are. */
  private static int open(SpdyClient session) throws IOException {
    int taken = 0;
    for (int i = 0; i < FORWARDED; i++) {
      session.open("error", 80, "r" + i);
      session.open("data", 80, "r" + i);
      boolean first = session.read().isReply();
      assertEquals(first, session.read().isReply());
      taken += first ? 1 : 0;
    }
    return taken;
  }
}
