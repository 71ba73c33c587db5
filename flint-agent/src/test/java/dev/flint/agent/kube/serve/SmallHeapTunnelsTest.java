package dev.flint.agent.kube.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.TestAgent;
import dev.flint.agent.http.TestPods;
import dev.flint.agent.http.spdy.SpdyClient;
import dev.flint.agent.kube.stream.TunnelClient;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.ContainerStatus.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever may forward ports does not fill the memory of the agent, whatever the clients do. */
@Timeout(180)
final class SmallHeapTunnelsTest {
  private static final String HEAP = "-Xmx20m";
  private static final int TUNNELS = 15;
  private static final int STREAMS = 64;
  private static final int MOST = 64;
  private static final int QUESTIONS = 50;

  @TempDir private Path folder;
  private final CountDownLatch flood = new CountDownLatch(1);

  /** Pods that say more than anybody takes, once they are told to. */
  private void serve(ServerSocket service) {
    try {
      while (true) {
        Socket socket = service.accept();
        thread(() -> flood(socket));
      }
    } catch (IOException e) {
      // The test ends.
    }
  }

  private void flood(Socket client) {
    try (client) {
      flood.await();
      while (true) {
        client.getOutputStream().write(new byte[16 * 1024]);
      }
    } catch (IOException | InterruptedException e) {
      // The test ends.
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(null, work, "test", 128 * 1024);
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void clientsThatTakeNothingOfWhatPodsSayFillNothing() throws Exception {
    List<TunnelClient> clients = new ArrayList<>();
    try (ServerSocket service = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
      thread(() -> serve(service));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  HEAP,
                  "-XX:+UseSerialGC",
                  "-XX:+ExitOnOutOfMemoryError",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SmallHeapTunnelsTest.class.getName(),
                  folder.toString(),
                  String.valueOf(service.getLocalPort()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader said = process.inputReader(UTF_8)) {
        int port = Integer.parseInt(said.readLine());
        for (int i = 0; i < TUNNELS; i++) {
          clients.add(connect(port, TunnelClient.SPDY));
        }
        int taken = 0;
        for (TunnelClient client : clients) {
          taken += open(client);
        }
        assertEquals(MOST, taken);
        flood.countDown();
        for (int i = 0; i < QUESTIONS; i++) {
          assertEquals("ok\n", health(port), "question " + i);
        }
        for (String protocol : List.of(TunnelClient.SPDY, TunnelClient.CHANNELS)) {
          TunnelClient more = connect(port, protocol);
          clients.add(more);
          assertTrue(more.head().startsWith("HTTP/1.1 503 "), more::head);
          String body = more.body();
          assertTrue(body.contains("this node forwards 64 connections already"), body);
        }
        for (TunnelClient client : clients) {
          client.close();
        }
        process.getOutputStream().close();
        assertEquals("ended", said.readLine());
        assertEquals(0, process.waitFor());
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static TunnelClient connect(int port, String protocol) throws Exception {
    Socket plain = new Socket();
    plain.setReceiveBufferSize(8 * 1024);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    Socket socket =
        TestKubelet.context(null).getSocketFactory().createSocket(plain, "localhost", port, true);
    return new TunnelClient(socket, "/portForward/default/web?port=80", protocol);
  }

  /** Asks for many connections; says how many there are. */
  private static int open(TunnelClient client) throws IOException {
    SpdyClient session = client.spdy();
    int taken = 0;
    for (int i = 0; i < STREAMS; i++) {
      session.open("error", 80, "r" + i);
      boolean first = session.read().isReply();
      session.open("data", 80, "r" + i);
      boolean second = session.read().isReply();
      assertEquals(first, second);
      taken += first ? 1 : 0;
    }
    return taken;
  }

  private static String health(int port) throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(TestKubelet.context(null)).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/healthz")).build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  /** A kubelet API until its input ends. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    KubeletTls tls =
        KubeletTls.own(
            folder.resolve("pki"), List.of("node1"), List.of("127.0.0.1"), Instant.now());
    PodSpec pod =
        Pods.spec(
            "containers:",
            "- name: app",
            "  image: 'i:1'",
            "  ports:",
            "  - {containerPort: 80, hostPort: " + args[1] + "}");
    try (TestKubelet kubelet =
        new TestKubelet(
            folder, tls, Optional.empty(), new TestAgent(folder, "containerd"), Optional.empty())) {
      kubelet.admit("ann");
      kubelet.agent.pods.pods =
          List.of(TestPods.view(pod, TestPods.status("app", State.RUNNING, "", null)));
      kubelet.agent.run(TestPods.instances(pod).get(0));
      System.out.println(kubelet.port());
      System.in.readAllBytes();
    }
    System.out.println("ended");
  }
}
