package dev.flint.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.pod.ProbeSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProberTest {
  private static final int GUEST_PORT = 7;

  /** What a server does with its one connection. */
  private interface Deed {
    void with(Socket socket) throws IOException;
  }

  private final Prober prober =
      new Prober(
          (spec, command, timeout) ->
              new ExecProbe.End(Integer.parseInt(command.get(0)), command.get(1)));

  private static InstanceSpec spec(PortForward... ports) {
    return spec(new Network.Usual(), ports);
  }

  private static InstanceSpec spec(Network network, PortForward... ports) {
    return new InstanceSpec(
        new InstanceId("a"),
        "i",
        List.of(),
        List.of(),
        Map.of(),
        "",
        Resources.UNSAID,
        network,
        List.of(ports),
        List.of(),
        RestartRule.NEVER,
        Duration.ZERO,
        Map.of());
  }

  private static ProbeSpec probe(ProbeSpec.Handler handler) {
    return probe(handler, 60);
  }

  private static ProbeSpec probe(ProbeSpec.Handler handler, int timeout) {
    return new ProbeSpec(handler, 0, timeout, 10, 1, 1, -1);
  }

  private static InstanceSpec forwarded(int port) {
    return spec(new PortForward("127.0.0.1", port, GUEST_PORT, PortForward.Protocol.TCP));
  }

  private String withServer(Deed deed, ProbeSpec.Handler handler) throws Exception {
    return withServer(deed, probe(handler));
  }

  /** A server that says nothing, or not all that is waited for. */
  private String withSilentServer(Deed deed, ProbeSpec.Handler handler) throws Exception {
    return withServer(deed, probe(handler, 1));
  }

  private String withServer(Deed deed, ProbeSpec probe) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket socket = server.accept()) {
                  deed.with(socket);
                } catch (IOException e) {
                  // The probe went away, or the test is over.
                }
              });
      thread.setDaemon(true);
      thread.start();
      String said = prober.probe(forwarded(server.getLocalPort()), "", probe);
      server.close();
      thread.join();
      return said;
    }
  }

  private static ProbeSpec.Http http() {
    return new ProbeSpec.Http("", GUEST_PORT, "/ok", Map.of("X-A", "b"));
  }

  private static String request(Socket socket) throws IOException {
    StringBuilder out = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (out.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        break;
      }
      out.append((char) c);
    }
    return out.toString();
  }

  private static void answer(Socket socket, String text) throws IOException {
    request(socket);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK,''",
    "HTTP/1.0 204,''",
    "HTTP/1.1 302 Found,''",
    "HTTP/1.1 399 x,''",
    "HTTP/1.1 400 x,http probe failed with status code: 400",
    "HTTP/1.1 199 x,http probe failed with status code: 199",
    "HTTP/1.1 503 x,http probe failed with status code: 503",
    "HTTP/1.1 2000 x,http probe failed: the answer is no HTTP",
    "HTTP/1.1 20x,http probe failed: the answer is no HTTP",
    "hello,http probe failed: the answer is no HTTP",
    "'',http probe failed: the answer is no HTTP",
  })
  void takesAStatusFrom200To399(String line, String said) throws Exception {
    assertEquals(said, withServer(socket -> answer(socket, line + "\r\n\r\n"), http()));
    assertEquals(said, withServer(socket -> answer(socket, line), http()));
  }

  @Test
  void asksForThePathWithTheHeaders() throws Exception {
    StringBuilder seen = new StringBuilder();
    withSilentServer(
        socket -> {
          seen.append(request(socket));
          answer(socket, "");
        },
        http());
    assertEquals(
        List.of(
            "GET /ok HTTP/1.1",
            "X-A: b",
            "Host: 127.0.0.1:7",
            "User-Agent: flint-probe",
            "Accept: */*",
            "Connection: close"),
        List.of(seen.toString().split("\r\n")));
  }

  @Test
  void givesUpOnAServerThatSaysNothingOrNeverEnds() throws Exception {
    assertEquals(
        "http probe failed: no answer in time",
        withSilentServer(ProberTest::silence, http())
            .replace("Read timed out", "no answer in time"));
    assertEquals(
        "http probe failed: the answer is no HTTP",
        withServer(
            socket -> {
              byte[] noise = new byte[4096];
              while (true) {
                socket.getOutputStream().write(noise);
              }
            },
            http()));
  }

  private static void silence(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // Takes what is sent and says nothing, until the probe goes.
    }
  }

  @ParameterizedTest
  @CsvSource({
    "byte,'',''",
    "silence,'',''",
    "close,'',tcp probe failed: connected",
    "echo,ping,''",
    "silence,ping,tcp probe failed: no answer to what was sent",
  })
  void wantsMoreOfAForwardedPortThanAConnection(String deed, String send, String said)
      throws Exception {
    assertEquals(
        said.isEmpty() ? "" : said + (deed.equals("close") ? ", but closed at once" : ""),
        withServer(
            socket -> {
              switch (deed) {
                case "byte" -> socket.getOutputStream().write(1);
                case "echo" -> socket.getOutputStream().write(socket.getInputStream().read());
                case "silence" -> silence(socket);
                default -> {}
              }
            },
            probe(new ProbeSpec.Tcp("", GUEST_PORT, send), deed.equals("silence") ? 1 : 60)));
  }

  @Test
  void aConnectionIsEnoughWhereNothingStandsBetween() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ProbeSpec.Tcp tcp = new ProbeSpec.Tcp("", server.getLocalPort(), "");
      assertEquals("", prober.probe(spec(), "", probe(tcp)));
    }
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    String said = prober.probe(spec(), "", probe(new ProbeSpec.Tcp("", port, "")));
    assertTrue(said.startsWith("tcp probe of 127.0.0.1:" + port + " failed: "), said);
    assertTrue(
        prober
            .probe(forwarded(port), "", probe(http()))
            .startsWith("http probe failed: Connection refused"));
  }

  @Test
  void runsAProgramByWhoeverCan() {
    assertEquals("", prober.probe(spec(), "", probe(new ProbeSpec.Exec(List.of("0", "well")))));
    assertEquals(
        "exec probe failed with exit code 1: not \\u{1b} well",
        prober.probe(spec(), "", probe(new ProbeSpec.Exec(List.of("1", "not \u001b well")))));
    assertEquals(
        "exec probe failed with exit code 3",
        prober.probe(spec(), "", probe(new ProbeSpec.Exec(List.of("3", "")))));
  }

  @Test
  void aMistakeSaysNothingOfTheContainer() {
    ProbeSpec mistake = probe(new ProbeSpec.Exec(List.of("no number")));
    assertEquals(Optional.empty(), prober.attempt(spec(), "", mistake));
    ProbeSpec well = probe(new ProbeSpec.Exec(List.of("0", "")));
    assertEquals(Optional.of(""), prober.attempt(spec(), "", well));
  }

  @Test
  void whatListensOnLoopbackDoesNotAnswerForAContainerWithoutItsAddress() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = server.getLocalPort();
      InstanceSpec lost = spec(new Network.Cni(""));
      ProbeSpec probe = probe(new ProbeSpec.Tcp("", port, ""));
      assertEquals("tcp probe failed: it has no address to probe", prober.probe(lost, "", probe));
      assertEquals("", prober.probe(spec(), "", probe));
      assertEquals("", prober.probe(lost, "127.0.0.1", probe));
      assertEquals(
          "http probe failed: it has no address to probe", prober.probe(lost, "", probe(http())));
    }
  }

  @Test
  void findsThePortOfTheHost() throws IOException {
    InstanceSpec spec =
        spec(
            new PortForward("0.0.0.0", 8080, 80, PortForward.Protocol.TCP),
            new PortForward("10.0.0.1", 8081, 81, PortForward.Protocol.TCP),
            new PortForward("127.0.0.1", 0, 82, PortForward.Protocol.TCP),
            new PortForward("0.0.0.0", 53, 83, PortForward.Protocol.UDP));
    assertEquals(new ProbeTarget("127.0.0.1", 8080, true), ProbeTarget.of(spec, "", "", 80));
    assertEquals(new ProbeTarget("10.0.0.1", 8081, true), ProbeTarget.of(spec, "", "", 81));
    assertEquals(new ProbeTarget("127.0.0.1", 82, false), ProbeTarget.of(spec, "", "", 82));
    assertEquals(new ProbeTarget("127.0.0.1", 83, false), ProbeTarget.of(spec, "", "", 83));
    ProbeTarget own = new ProbeTarget("198.18.0.2", 80, false);
    assertEquals(own, ProbeTarget.of(spec, "198.18.0.2", "", 80));
    assertEquals(new ProbeTarget("db", 80, false), ProbeTarget.of(spec, "", "db", 80));
  }
}
