package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.node.FetchCount;
import dev.flint.agent.node.NoPods;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointTest {
  @TempDir private Path folder;
  private TestAgent agent;

  @BeforeEach
  void begin() throws Exception {
    agent = new TestAgent(folder);
  }

  @AfterEach
  void end() throws Exception {
    agent.close();
  }

  /** Sends a request as it is, and reads the answer until the server hangs up. */
  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void isWellWhileSomebodyLooksAfterThePods() throws Exception {
    assertEquals("ok\n", agent.get("/healthz").body());
    agent.pods.alive = false;
    assertEquals(503, agent.get("/healthz").statusCode());
  }

  @Test
  void isReadyOnceTheFolderWasRead() throws Exception {
    agent.pods.settled = false;
    assertEquals(503, agent.get("/readyz").statusCode());
    agent.pods.settled = true;
    assertEquals(200, agent.get("/readyz").statusCode());
  }

  @Test
  void tellsWhatIsWrongWithFiles() throws Exception {
    agent.pods.problems.put("b.yaml", List.of("pod b: spec.containers: required"));
    assertEquals(
        "{\"broken\":[{\"name\":\"b.yaml\",\"problems\":[\"pod b: spec.containers: required\"]}]}",
        agent.get("/files").body());
  }

  @ParameterizedTest
  @CsvSource({
    "/, 200",
    "/nothing, 404",
    "/logs, 404",
    "/logs/a/b, 404",
    "/logs/none, 404",
    "/logs/..%2F..%2Fetc, 400",
    "/logs/default/none/app, 404",
    "/logs/..%2F/../x, 404",
    "/logs/x?tailLines=-1, 400",
    "/pods/x, 404",
  })
  void answersWithAStatus(String path, int status) throws Exception {
    HttpResponse<String> answer = agent.get(path);
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals("text/plain; charset=utf-8", answer.headers().firstValue("Content-Type").get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
  void changesNothing(String method) throws Exception {
    String answer = raw(method + " /pods HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 405 "), answer);
    assertTrue(answer.contains("Allow: GET, HEAD\r\n"), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/pods", "/metrics", "/stats/summary"})
  void answersHeadWithoutABody(String path) throws Exception {
    String answer =
        raw("HEAD " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:10248, 200",
    "localhost, 200",
    "[::1]:10248, 200",
    "evil.example, 403",
    "10.0.0.1:10248, 403",
  })
  void answersOnlyUnderItsOwnNames(String host, int status) throws Exception {
    String answer = raw("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }

  /** As a kubelet at this port: pods on the host's network are strangers to each other. */
  @ParameterizedTest
  @CsvSource({
    "/healthz, 200",
    "/readyz, 200",
    "/, 404",
    "/pods, 404",
    "/files, 404",
    "/metrics, 404",
    "/stats/summary, 404",
    "/logs/web, 404",
    "/logs/default/web/app, 404",
  })
  void tellsOfHealthAlone(String path, int status) throws Exception {
    agent.run("web");
    AgentView view =
        new AgentView(
            agent.supervisor,
            agent.pods,
            TestAgent.HOST,
            folder,
            Path.of("/proc"),
            Clock.systemUTC());
    try (HttpEndpoint health = HttpEndpoint.health("127.0.0.1:0", view)) {
      HttpURLConnection asked =
          (HttpURLConnection)
              new URL("http://127.0.0.1:" + health.address().getPort() + path).openConnection();
      asked.setReadTimeout(60_000);
      assertEquals(status, asked.getResponseCode());
    }
  }

  @Test
  void cutsOffAHeadThatDoesNotEnd() throws Exception {
    assertFalse(raw("GET /healthz HTTP/1.1\r\nHost: local").contains(" 200 "));
  }

  @Test
  void tellsThatAPortIsTaken() throws Exception {
    AgentView view =
        new AgentView(
            agent.supervisor,
            new NoPods(new FetchCount()),
            TestAgent.HOST,
            folder,
            Path.of("/proc"),
            Clock.systemUTC());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FlintException e =
          assertThrows(
              FlintException.class,
              () -> HttpEndpoint.start("127.0.0.1:" + taken.getLocalPort(), view).close());
      assertEquals(ErrorCode.LOCAL_IO, e.code());
    }
  }
}
