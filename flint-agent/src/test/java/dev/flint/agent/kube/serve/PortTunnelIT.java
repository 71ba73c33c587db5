package dev.flint.agent.kube.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.TestPods;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Port-forward as kubectl does it: by the SPDY library of Kubernetes, as Debian ships it. */
@Timeout(300)
class PortTunnelIT {
  private static final String SOURCE = "forward.go";
  private static final List<Path> GO_PATHS =
      List.of(Path.of("/usr/share/gocode"), Path.of("/usr/local/share/gocode"));
  private static final List<String> LIBRARIES =
      List.of(
          "src/github.com/docker/spdystream/stream.go", "src/github.com/gorilla/websocket/conn.go");

  @TempDir private static Path built;
  @TempDir private Path folder;
  private Path program;
  private TestKubelet kubelet;
  private ServerSocket service;

  @BeforeEach
  void begin() throws Exception {
    program = build();
    kubelet = TestKubelet.start(folder, built.resolve("pki"), Optional.empty());
    kubelet.admit("ann");
    service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    PodSpec pod =
        Pods.spec(
            "containers:",
            "- name: app",
            "  image: 'i:1'",
            "  ports:",
            "  - {containerPort: 80, hostPort: " + service.getLocalPort() + "}");
    kubelet.agent.pods.pods =
        List.of(TestPods.view(pod, TestPods.status("app", State.RUNNING, "", null)));
    kubelet.agent.run(TestPods.instances(pod).get(0));
  }

  @AfterEach
  void end() throws Exception {
    kubelet.close();
    service.close();
  }

  private static Path build() throws IOException {
    Path go = Peers.require("go");
    for (String library : LIBRARIES) {
      Peers.requireFile(GO_PATHS.stream().map(path -> path.resolve(library)).toList());
    }
    Path source = built.resolve(SOURCE);
    Path program = built.resolve("forward");
    if (!Files.exists(program)) {
      try (InputStream in =
          Objects.requireNonNull(PortTunnelIT.class.getResourceAsStream(SOURCE), SOURCE)) {
        Files.copy(in, source);
      }
      List<String> paths = GO_PATHS.stream().map(Path::toString).toList();
      Command.run(
              "env",
              "GO111MODULE=off",
              "GOFLAGS=",
              "CGO_ENABLED=0",
              "GOPATH=" + String.join(":", paths),
              go,
              "build",
              "-o",
              program,
              source)
          .ok();
    }
    return program;
  }

  private Command.Result forward(String pod, String port, String text, int count) {
    String url = "wss://127.0.0.1:" + kubelet.port() + "/portForward/default/" + pod;
    return Command.run(program, url, "t-ann", port, text, count);
  }

  /** Answers each connection with what it says, in capitals, after its end. */
  private void serve() {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  try (Socket socket = service.accept()) {
                    byte[] all = socket.getInputStream().readAllBytes();
                    for (int i = 0; i < all.length; i++) {
                      all[i] = (byte) Character.toUpperCase(all[i]);
                    }
                    socket.getOutputStream().write(all);
                  }
                }
              } catch (IOException e) {
                // The test ends.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void carriesConnectionsOneAfterTheOther() {
    serve();
    assertEquals("HELLO, POD|\n".repeat(100), forward("web", "80", "hello, pod", 100).ok().out());
  }

  @Test
  void carriesMuch() {
    serve();
    String much = "all of it ".repeat(10_000);
    assertEquals(much.toUpperCase(Locale.ROOT) + "|\n", forward("web", "80", much, 1).ok().out());
  }

  @Test
  void tellsWhatCannotBeReached() throws Exception {
    service.close();
    String out = forward("web", "80", "hello", 2).ok().out();
    assertTrue(out.startsWith("|cannot connect to port 80: "), out);
    assertEquals(2, out.lines().count());
    Command.Result none = forward("none", "80", "hello", 1);
    assertNotEquals(0, none.exit());
    assertTrue(none.err().contains("there is no pod of this name"), none.err());
  }
}
