package dev.flint.agent.kube.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.Listener;
import dev.flint.agent.http.TestPods;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.pem.Pem;
import dev.flint.oci.pem.PemTrust;
import dev.flint.registry.testing.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeletServerTest {
  private static final String ANN = "t-ann";
  private static final String LOG = "/containerLogs/default/web/app";

  @TempDir private static Path shared;

  @TempDir private Path folder;
  private TestKubelet kubelet;

  @BeforeEach
  void begin() throws Exception {
    kubelet = TestKubelet.start(folder, shared.resolve("pki"), Optional.empty());
    kubelet.admit("ann");
  }

  @AfterEach
  void end() throws Exception {
    kubelet.close();
  }

  /** Has a pod {@code web} with a container {@code app}, which has said hello. */
  private InstanceId run() throws Exception {
    PodSpec pod = Pods.spec("containers:", "- {name: app, image: 'i:1'}");
    kubelet.agent.pods.pods =
        List.of(TestPods.view(pod, TestPods.status("app", State.RUNNING, "", null)));
    kubelet.agent.run(TestPods.instances(pod).get(0));
    return TestPods.instances(pod).get(0).id();
  }

  private String body(String path) throws Exception {
    HttpResponse<String> answer = kubelet.get(path, ANN);
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?tailLines=1",
        "?tailLines=0",
        "?limitBytes=7",
        "?sinceSeconds=3600",
        "?sinceTime=2100-01-01T00:00:00Z",
        "?follow=true&tailLines=2",
        "?timestamps=true",
        "?timestamps=true&limitBytes=40&tailLines=3",
        "?previous=true",
      })
  void showsTheLogThatLoopbackShows(String query) throws Exception {
    InstanceId app = run();
    kubelet.agent.write(app, "first\n");
    kubelet.agent.end(app, 1);
    kubelet.agent.supervisor.start(app);
    kubelet.agent.write(app, "\u001b[31mred\nlast\n");
    kubelet.agent.end(app, 0);
    HttpResponse<String> loopback = kubelet.agent.get("/logs/default/web/app" + query);
    assertEquals(200, loopback.statusCode());
    HttpResponse<String> answer = kubelet.get(LOG + query, ANN);
    assertEquals(200, answer.statusCode());
    assertEquals(loopback.body(), answer.body());
    assertEquals(loopback.headers().firstValue("Content-Type"), type(answer));
  }

  private static Optional<String> type(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type");
  }

  /** The API server has a mirror of it, whose name has that of the node. */
  @Test
  void findsAPodOfAFileByTheNameOfItsMirror() throws Exception {
    InstanceId app = run();
    kubelet.agent.end(app, 0);
    String mirror = LOG.replace("/web/", "/web-" + TestKubelet.NODE + "/");
    assertEquals(body(LOG), body(mirror));
    assertEquals(404, kubelet.get(mirror.replace("-node1", "-node2"), ANN).statusCode());
    PodSpec pod = Pods.spec("containers:", "- {name: app, image: 'i:1'}");
    JsonObject metadata = pod.document().object("metadata").orElseThrow().with("uid", "u-1");
    PodSpec other = PodParser.parse(pod.document().with("metadata", metadata), PodOrigin.API);
    kubelet.agent.pods.pods =
        List.of(TestPods.view(other, TestPods.status("app", State.RUNNING, "", null)));
    assertEquals(404, kubelet.get(mirror, ANN).statusCode(), "that is no pod of a file");
  }

  @Test
  void showsWhatWasWrittenJustNow() throws Exception {
    InstanceId app = run();
    kubelet.agent.write(app, "more\n");
    assertEquals("hello\nmore\n", body(LOG));
    kubelet.agent.end(app, 0);
    assertEquals("hello\nmore\n", body(LOG));
  }

  @Test
  void followsALog() throws Exception {
    InstanceId app = run();
    var request =
        kubelet.request(LOG + "?follow=true").header("Authorization", "Bearer " + ANN).build();
    HttpResponse<InputStream> answer =
        TestKubelet.client(null).send(request, BodyHandlers.ofInputStream());
    try (BufferedReader log =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertEquals("hello", log.readLine());
      kubelet.agent.write(app, "more\n");
      assertEquals("more", log.readLine());
      kubelet.agent.end(app, 3);
      assertNull(log.readLine());
    }
  }

  @Test
  void tellsWhyThereIsNoLog() throws Exception {
    InstanceId app = run();
    // The API server shows what comes with 400, and not what comes with 404.
    HttpResponse<String> answer = kubelet.get(LOG + "?previous=true", ANN);
    assertEquals(400, answer.statusCode());
    assertEquals(kubelet.agent.get("/logs/default/web/app?previous").body(), answer.body());
    kubelet.agent.supervisor.remove(app, true);
    PodSpec pod = kubelet.agent.pods.pods.get(0).pod();
    kubelet.agent.pods.pods =
        List.of(TestPods.view(pod, TestPods.status("app", State.WAITING, "ErrImagePull", null)));
    answer = kubelet.get(LOG, ANN);
    assertEquals(400, answer.statusCode());
    assertEquals("container app is waiting to start: ErrImagePull\n", answer.body());
    assertEquals(404, kubelet.get("/containerLogs/default/web/other", ANN).statusCode());
    assertEquals(404, kubelet.get("/containerLogs/default/none/app", ANN).statusCode());
    assertEquals(400, kubelet.get(LOG + "?tailLines=-1", ANN).statusCode());
  }

  /**
   * One that was refused, or whose files are gone; a kubelet says so (validateContainerLogStatus).
   */
  @ParameterizedTest
  @CsvSource({
    "node1, '{phase: Failed, reason: OutOfmemory}', ': OutOfmemory'",
    "node1, '{phase: Pending}', ''",
    "node1, '{reason: 7}', ''",
    "node2, '{phase: Failed, reason: OutOfmemory}', none"
  })
  void tellsThatThereIsNoLogOfAPodThatOnlyTheServerHas(String node, String status, String said)
      throws Exception {
    kubelet
        .api
        .cluster()
        .create(
            "{apiVersion: v1, kind: Pod, metadata: {name: far}, spec: {nodeName: %s, containers: [{name: app, image: 'i:1'}]}}"
                .formatted(node));
    kubelet.api.cluster().patchStatus(Resource.PODS, "default", "far", "{status: " + status + "}");
    HttpResponse<String> answer = kubelet.get("/containerLogs/default/far/app", ANN);
    String line = "container app in pod far is not available" + said + "\n";
    boolean ours = !said.equals("none");
    assertEquals(ours ? 400 : 404, answer.statusCode());
    assertEquals(ours ? line : "there is no pod of this name\n", answer.body());
    assertEquals(404, kubelet.get("/containerLogs/default/far,x=y/app", ANN).statusCode());
    assertEquals(404, kubelet.get("/containerLogs/..%2Fx/far/app", ANN).statusCode());
  }

  @Test
  void passesOverWhatLaterServersSayOfLogs() throws Exception {
    kubelet.agent.end(run(), 0);
    assertEquals("hello\n", body(LOG + "?stream=All&insecureSkipTLSVerifyBackend=true&raw=x"));
  }

  @Test
  void tellsOfPods() throws Exception {
    InstanceId app = run();
    assertEquals(kubelet.agent.get("/pods").body(), body("/pods"));
    assertEquals(body("/pods"), body("/pods/"));
    assertEquals(body("/pods"), body("/runningpods/"));
    kubelet.agent.end(app, 0);
    JsonObject none =
        JsonObject.parse(body("/runningpods").getBytes(StandardCharsets.UTF_8), "pods");
    assertEquals("PodList", none.requiredString("kind"));
    assertTrue(none.objects("items").isEmpty());
    JsonObject summary =
        JsonObject.parse(body("/stats/summary").getBytes(StandardCharsets.UTF_8), "summary");
    assertEquals("node1", summary.object("node").orElseThrow().requiredString("nodeName"));
    assertTrue(body("/metrics").endsWith("# EOF\n"));
  }

  @Test
  void tellsWhatPodsTakeAsMetricsServerReadsIt() throws Exception {
    run();
    kubelet.agent.run("alone");
    HttpResponse<String> answer = kubelet.get("/metrics/resource?a=b", ANN);
    assertEquals(Optional.of("text/plain; version=0.0.4; charset=utf-8"), type(answer));
    List<String> samples = new ArrayList<>();
    for (String line : answer.body().split("\n", -1)) {
      if (!line.startsWith("# ")) {
        samples.add(line.replaceFirst("^((container_start|node)_.* )[1-9][0-9.]*$", "$1N"));
      }
    }
    assertEquals(
        """
        container_cpu_usage_seconds_total{container="app",namespace="default",pod="web"} 0.000000001
        container_memory_working_set_bytes{container="app",namespace="default",pod="web"} 2
        container_start_time_seconds{container="app",namespace="default",pod="web"} N
        node_cpu_usage_seconds_total N
        node_memory_working_set_bytes N
        pod_cpu_usage_seconds_total{namespace="default",pod="web"} 0.000000001
        pod_memory_working_set_bytes{namespace="default",pod="web"} 2
        scrape_error 0
        resource_scrape_error 0
        """,
        String.join("\n", samples));
    assertTrue(
        answer.body().contains("# TYPE container_cpu_usage_seconds_total counter\n"),
        answer.body());
  }

  @ParameterizedTest
  @CsvSource({
    "/exec/default/web/app?command=sh&output=1, exec: nothing can be run in a guest; use logs",
    "/exec/default/web/UID/app?command=sh&output=1, exec: nothing can be run in a guest; use logs",
    "/attach/default/web/app, attach: a guest takes no input; use logs -f",
    "/portForward/default/web/UID,"
        + " port-forward: not supported by this node over SPDY (API servers before 1.36 ask for that);"
        + " use the pod's address or hostPort",
  })
  void saysInOneLineWhyNothingCanBeUpgraded(String path, String line) throws Exception {
    run();
    String whole = path.replace("UID", kubelet.agent.pods.pods.get(0).pod().uid());
    HttpResponse<String> answer = kubelet.post(whole, ANN);
    assertEquals(501, answer.statusCode());
    assertEquals(line + "\n", answer.body());
    assertEquals(line + "\n", kubelet.get(whole, ANN).body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/exec/default/web/other/app?command=sh&output=1",
        "/attach/default/web/other/app",
        "/portForward/default/web/other"
      })
  void takesAPodForNoOtherOfItsName(String path) throws Exception {
    run();
    HttpResponse<String> answer = kubelet.post(path, ANN);
    assertEquals(404, answer.statusCode());
    assertEquals("there is no pod of this name and uid\n", answer.body());
  }

  @Test
  void answersTheUpgradeThatTheServerAsksFor() throws Exception {
    run();
    String answer =
        raw(
            String.join(
                "\r\n",
                "POST /exec/default/web/app?command=sh&output=1 HTTP/1.1",
                "Host: 127.0.0.1",
                "Authorization: Bearer t-ann",
                "Connection: Upgrade",
                "Upgrade: SPDY/3.1",
                "X-Stream-Protocol-Version: v5.channel.k8s.io",
                "Content-Length: 0",
                "",
                ""));
    assertTrue(answer.startsWith("HTTP/1.1 501 "), answer);
    assertTrue(answer.contains("exec: nothing can be run in a guest; use logs\n"), answer);
  }

  @ParameterizedTest
  @CsvSource({
    "/, 404",
    "//pods, 404",
    "/pods/x, 404",
    "/pods%2F, 404",
    "/%70ods, 200",
    "/metrics/..%2Fpods, 404",
    "/metrics/../pods, 404",
    "/containerLogs/..%2F..%2Fetc/web/app, 404",
    "/containerLogs/default/web/..%2F..%2F..%2Fetc%2Fpasswd, 404",
    "/containerLogs/default/../../etc/passwd, 404",
    "/containerLogs/default/web/%00, 404",
    "/containerLogs/default/web, 404",
    "/run/default/web/app, 404",
    "/logs/, 404",
    "/configz, 404",
    "/debug/pprof/, 404",
  })
  void goesNowhereElse(String path, int status) throws Exception {
    HttpResponse<String> answer = kubelet.get(path, ANN);
    assertEquals(status, answer.statusCode(), answer.body());
  }

  @Test
  void takesNoEndlessAddress() throws Exception {
    assertEquals(414, kubelet.get("/pods?" + "x".repeat(64 * 1024), ANN).statusCode());
    assertEquals(414, kubelet.get("/" + "%2F".repeat(22_000), "").statusCode());
    assertEquals(404, kubelet.get("/" + "x/".repeat(15_000), ANN).statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "POST"})
  void changesNothing(String method) throws Exception {
    kubelet.allow("ann", "update", "proxy");
    kubelet.allow("ann", "delete", "proxy");
    kubelet.allow("ann", "patch", "proxy");
    String head =
        " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t-ann\r\nConnection: close\r\n\r\n";
    String answer = raw(method + " /pods" + head);
    assertTrue(answer.startsWith("HTTP/1.1 405 "), answer);
    assertTrue(answer.contains("Allow: GET, HEAD\r\n"), answer);
  }

  /** Sends a request as it is, and reads until the server hangs up or the answer is there. */
  private String raw(String request) throws Exception {
    try (SSLSocket socket = connect()) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        answer.append((char) b);
        int head = answer.indexOf("\r\n\r\n");
        if (head >= 0 && b == '\n' && answer.length() > head + 4) {
          break;
        }
      }
      return answer.toString();
    }
  }

  private SSLSocket connect() throws Exception {
    return (SSLSocket)
        TestKubelet.context(null)
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), kubelet.port());
  }

  @Test
  void cutsOffWhoDoesNotEndAHandshakeOrAHead() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      // Each has a thread, and sends the begin of a TLS record and no more.
      for (int i = 0; i < 12; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), kubelet.port());
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(new byte[] {22, 3, 1});
        idle.add(socket);
      }
      assertEquals("ok\n", kubelet.get("/healthz", "").body());
      for (Socket socket : idle) {
        assertEquals(-1, end(socket));
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
    assertFalse(raw("GET /healthz HTTP/1.1\r\nHost: local").contains(" 200 "));
  }

  /** Reads what is left; -1 also if it was reset. */
  private static int end(Socket socket) throws IOException {
    try {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // An alert, maybe.
      }
    } catch (SocketException e) {
      // Reset.
    }
    return -1;
  }

  @Test
  void speaksNoOldTls() throws Exception {
    try (SSLSocket socket = connect()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
      assertEquals("TLSv1.2", socket.getSession().getProtocol());
      X509Certificate own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      assertEquals(2, own.getSubjectAlternativeNames().size());
    }
    try (SSLSocket socket = connect()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.1", "TLSv1"});
      assertThrows(SSLException.class, socket::startHandshake);
    }
  }

  @Test
  void showsTheCertificateThatItIsGiven() throws Exception {
    TestCertificate given = TestCertificate.create(folder.resolve("given"), "IP:127.0.0.1");
    KubeletTls tls = KubeletTls.given(given.certificate(), given.key());
    try (TestKubelet other = new TestKubelet(folder.resolve("other"), tls, Optional.empty())) {
      var context = SSLContext.getInstance("TLS");
      var trust = PemTrust.in(List.of(Pem.of(given.pem())));
      context.init(null, new TrustManager[] {trust}, null);
      var client = HttpClient.newBuilder().sslContext(context).build();
      var answer = client.send(other.request("/healthz").build(), BodyHandlers.ofString());
      assertEquals("ok\n", answer.body());
    }
  }

  @Test
  void tellsThatAPortIsTaken() throws Exception {
    FlintException e =
        assertThrows(
            FlintException.class,
            () ->
                Listener.secure(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), kubelet.port()),
                        TestKubelet.context(null),
                        false,
                        call -> {})
                    .close());
    assertEquals(ErrorCode.LOCAL_IO, e.code());
  }
}
