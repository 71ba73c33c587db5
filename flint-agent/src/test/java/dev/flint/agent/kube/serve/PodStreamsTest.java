package dev.flint.agent.kube.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.containerd.Program;
import dev.flint.agent.http.TestAgent;
import dev.flint.agent.http.TestPods;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exec, attach and port-forward as OkHttp sees them, with programs of this host. */
@Timeout(120)
class PodStreamsTest {
  private static final String ANN = "t-ann";
  private static final String V5 = "v5.channel.k8s.io";
  private static final String V4 = "v4.channel.k8s.io";

  @TempDir private static Path shared;
  @TempDir private Path folder;

  private final BlockingQueue<LocalProgram> programs = new LinkedBlockingQueue<>();
  private final List<ChannelClient> clients = new ArrayList<>();
  private TestKubelet kubelet;
  private ServerSocket service;
  private InstanceId app;
  private FakeBackend.FakeRun talk = new FakeBackend.FakeRun();

  @BeforeEach
  void begin() throws Exception {
    service = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    kubelet =
        new TestKubelet(
            folder,
            KubeletTls.own(
                shared.resolve("pki"), List.of("node1"), List.of("127.0.0.1"), Instant.now()),
            Optional.empty(),
            new TestAgent(folder, "containerd"),
            Optional.of(this::start));
    kubelet.admit("ann");
    PodSpec pod =
        Pods.spec(
            "containers:",
            "- name: app",
            "  image: 'i:1'",
            "  ports:",
            "  - {containerPort: 80, hostPort: " + service.getLocalPort() + "}",
            "- {name: away, image: 'i:1'}");
    kubelet.agent.pods.pods =
        List.of(TestPods.view(pod, TestPods.status("app", State.RUNNING, "", null)));
    kubelet.agent.run(TestPods.instances(pod).get(0));
    app = TestPods.instances(pod).get(0).id();
  }

  @AfterEach
  void end() throws Exception {
    clients.forEach(ChannelClient::close);
    kubelet.close();
    service.close();
  }

  private Program start(InstanceId id, List<String> command, ExecStreams streams)
      throws IOException {
    if (command.get(0).equals("/none")) {
      throw new FlintException(ErrorCode.NOT_FOUND, "no such program: /none");
    }
    LocalProgram program =
        command.get(0).equals("/deaf")
            ? LocalProgram.start(
                List.of("true"), new ExecStreams("", streams.stdout(), streams.stderr(), false))
            : LocalProgram.start(command, streams);
    programs.add(program);
    return program;
  }

  private ChannelClient ask(String path, String... protocols) throws Exception {
    ChannelClient client = ChannelClient.ask(kubelet.port(), path, ANN, protocols);
    clients.add(client);
    return client;
  }

  private ChannelClient exec(String query, String... protocols) throws Exception {
    return ask("/exec/default/web/app?" + query, protocols);
  }

  private LocalProgram program() throws Exception {
    LocalProgram program = programs.poll(60, TimeUnit.SECONDS);
    if (program == null) {
      throw new AssertionError("no program was started");
    }
    return program;
  }

  @ParameterizedTest
  @ValueSource(strings = {V5, V4})
  void runsAProgramAndTellsHowItEnds(String protocol) throws Exception {
    ChannelClient client =
        exec("command=sh&command=-c&command=echo+out%3Becho+err%3E%262&output=1&error=1", protocol);
    assertEquals(protocol, client.protocol());
    assertEquals(
        "{\"metadata\":{},\"status\":\"Success\"}", client.status().toString(), client.text(2));
    assertEquals("out\n", client.text(1));
    assertEquals("err\n", client.text(2));
    assertEquals(1000, client.end());
  }

  @Test
  void tellsTheExitCodeAsKubectlReadsIt() throws Exception {
    JsonObject status = exec("command=sh&command=-c&command=exit+42&output=1", V5, V4).status();
    assertEquals("Failure", status.requiredString("status"));
    assertEquals("NonZeroExitCode", status.requiredString("reason"));
    assertEquals(
        "{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"42\"}]}",
        status.object("details").orElseThrow().toString());
  }

  @Test
  void feedsAProgramUntilItsInputIsClosed() throws Exception {
    ChannelClient client = exec("command=cat&input=1&output=1", V5);
    client.send(0, "one\n");
    client.await(1, "one\n");
    client.send(4, "{\"Width\":80,\"Height\":24}");
    client.send(0, "two\n");
    client.close(0);
    client.send(0, "late\n");
    assertEquals("Success", client.status().requiredString("status"));
    assertEquals("one\ntwo\n", client.text(1));
  }

  @Test
  void saysTheSizeOfATerminal() throws Exception {
    ChannelClient client = exec("command=cat&stdin=true&stdout=true&stderr=true&tty=true", V5);
    client.send(4, "{\"Width\":80,\"Height\":24}");
    client.send(4, "nonsense");
    client.send(4, "{\"Width\":70000,\"Height\":-1}");
    client.send(4, "{\"height\":50,\"width\":132}");
    LocalProgram program = program();
    assertEquals("80x24", program.sizes.poll(60, TimeUnit.SECONDS));
    assertEquals("132x50", program.sizes.poll(60, TimeUnit.SECONDS));
  }

  @Test
  void endsAProgramWhoseClientIsGone() throws Exception {
    ChannelClient client = exec("command=sleep&command=1000&input=1&output=1", V5);
    assertEquals(V5, client.protocol());
    LocalProgram program = program();
    client.cancel();
    assertTrue(program.closed.await(60, TimeUnit.SECONDS));
  }

  /** Its containers go on, so nobody else would. */
  @Test
  void endsItsProgramsWhenItIsClosed() throws Exception {
    assertEquals(V5, exec("command=sleep&command=1000&input=1&output=1", V5).protocol());
    LocalProgram program = program();
    kubelet.stop();
    assertEquals(0, program.closed.getCount());
  }

  @Test
  void tellsHowAProgramEndsThatNeverOpensItsInput() throws Exception {
    ChannelClient client = exec("command=/deaf&input=1&output=1", V5);
    assertEquals("Success", client.status().requiredString("status"));
    assertTrue(program().closed.await(60, TimeUnit.SECONDS));
  }

  @Test
  void carriesMoreThanAnybodyHolds() throws Exception {
    ChannelClient client = exec("command=cat&input=1&output=1", V5);
    String text = "0123456789 abcdefghijklmnopqrstuvwxyz".repeat(80_000);
    client.send(0, text);
    client.send(0, text);
    client.close(0);
    assertEquals("Success", client.status().requiredString("status"));
    assertEquals(text + text, client.text(1));
  }

  @Test
  void endsWithAProgramThatTakesNoInput() throws Exception {
    ChannelClient client = exec("command=sh&command=-c&command=exit+3&input=1&output=1", V5);
    client.send(0, "x".repeat(1 << 20));
    client.send(0, "x".repeat(1 << 20));
    assertEquals("NonZeroExitCode", client.status().requiredString("reason"));
  }

  @Test
  void tellsThatAProgramCannotBeRun() throws Exception {
    JsonObject status = exec("command=/none&output=1", V5).status();
    assertEquals("InternalError", status.requiredString("reason"));
    assertTrue(status.requiredString("message").endsWith("no such program: /none"));
  }

  @ParameterizedTest
  @CsvSource({
    "/exec/default/web/app?output=1, v5.channel.k8s.io, 400, command: which program to run",
    "/exec/default/web/app?command=a, v5.channel.k8s.io, 400, at least one of stdin",
    "/exec/default/web/app?command=a&output=1, channel.k8s.io, 400, Sec-WebSocket-Protocol",
    "/exec/default/web/away?command=a&output=1, v5.channel.k8s.io, 501, does not run",
    "/exec/default/web/none?command=a&output=1, v5.channel.k8s.io, 404, no container of this name",
    "/exec/default/none/app?command=a&output=1, v5.channel.k8s.io, 404, no pod of this name",
    "/attach/default/web/app?input=1&output=1, v5.channel.k8s.io, 501, attach without -i",
    "/portForward/default/web, v4.channel.k8s.io, 400, ports must be asked for",
    "/portForward/default/web?port=0, v4.channel.k8s.io, 400, must be a number",
    "/portForward/default/none?port=80, v4.channel.k8s.io, 404, no pod of this name",
  })
  void refusesWithAStatus(String path, String protocol, int code, String words) throws Exception {
    ChannelClient.Answer answer = ask(path, protocol).answer();
    JsonObject status = JsonObject.parse(answer.body().getBytes(StandardCharsets.UTF_8), "status");
    assertEquals(code, answer.code());
    assertEquals("Status", status.requiredString("kind"));
    assertTrue(status.requiredString("message").contains(words), status::toString);
    assertTrue(programs.isEmpty());
  }

  @Test
  void letsNobodyInWhoMayOnlyLook() throws Exception {
    kubelet.know("bob");
    kubelet.allow("bob", "get", "proxy");
    String path = "/exec/default/web/app?command=id&output=1";
    try (ChannelClient bob = ChannelClient.ask(kubelet.port(), path, "t-bob", V5)) {
      assertEquals(403, bob.answer().code());
    }
    assertTrue(programs.isEmpty());
  }

  @Test
  void saysToWhoAsksForSpdyWhatItIs() throws Exception {
    assertEquals(
        "exec: not supported by this node over SPDY (API servers before 1.36 ask for that);"
            + " on it use flint exec\n",
        kubelet.post("/exec/default/web/app?command=id&output=1", ANN).body());
    // So does kubectl when it was refused over a WebSocket.
    assertEquals(
        "attach: the container takes no input (stdin is not true); attach without -i, or use exec\n",
        kubelet.post("/attach/default/web/app?stdin=true&stdout=true", ANN).body());
  }

  @Test
  void hasRoomForSoManyAndNoMore() throws Exception {
    for (int i = 0; i < 16; i++) {
      assertEquals(V5, exec("command=cat&input=1&output=1", V5).protocol());
    }
    assertEquals(503, exec("command=cat&input=1&output=1", V5).answer().code());
    clients.get(0).close(0);
    assertEquals("Success", clients.get(0).status().requiredString("status"));
  }

  @Test
  void showsWhatAContainerWritesFromNowOn() throws Exception {
    kubelet.agent.write(app, "before\n");
    while (!kubelet.agent.get("/logs/" + app).body().contains("before")) {
      Thread.onSpinWait();
    }
    ChannelClient client = ask("/attach/default/web/app?output=1&error=1", V5);
    assertEquals(V5, client.protocol());
    client.await(3);
    kubelet.agent.write(app, "more");
    client.await(1, "more");
    kubelet.agent.write(app, "!\n");
    kubelet.agent.end(app, 0);
    assertEquals("Success", client.status().requiredString("status"));
    assertEquals("more!\n", client.text(1));
  }

  /** Attaches to a container whose console is as it says. */
  private ChannelClient attach(String console) throws Exception {
    PodSpec pod = Pods.spec("containers:", "- {name: talk, image: 'i:1', " + console + "}");
    kubelet.agent.pods.pods =
        List.of(TestPods.view(pod, TestPods.status("talk", State.RUNNING, "", null)));
    InstanceSpec spec = TestPods.instances(pod).get(0);
    kubelet.agent.run(spec);
    talk = kubelet.agent.running(spec.id());
    ChannelClient client = ask("/attach/default/web/talk?input=1&output=1&error=1", V5);
    assertEquals(V5, client.protocol());
    client.await(3);
    return client;
  }

  private String typed() throws InterruptedException {
    return Objects.requireNonNull(talk.typed.poll(60, TimeUnit.SECONDS), "nothing is typed");
  }

  @Test
  void endsTheInputOfWhatHasItOnce() throws Exception {
    ChannelClient client = attach("stdin: true, stdinOnce: true");
    client.send(0, "typed");
    assertEquals("typed", typed());
    client.send(4, "{\"Width\":80,\"Height\":24}");
    client.close(0);
    assertEquals("end", typed(), "it has no size");
    talk.end(0);
    assertEquals("Success", client.status().requiredString("status"));
  }

  @Test
  void endsTheInputOfWhatHasItOnceWithItsClient() throws Exception {
    attach("stdin: true, stdinOnce: true").close();
    assertEquals("end", typed());
  }

  @Test
  void leavesWhatHasInputForEver() throws Exception {
    ChannelClient client = attach("stdin: true");
    client.send(0, "typed");
    assertEquals("typed", typed());
    client.close(0);
    assertEquals("Success", client.status().requiredString("status"));
    assertTrue(talk.typed.isEmpty());
    assertFalse(talk.ended().isDone());
  }

  @Test
  void givesATerminalItsSize() throws Exception {
    ChannelClient client = attach("stdin: true, stdinOnce: true, tty: true");
    client.send(4, "{\"Width\":80,\"Height\":24}");
    assertEquals("80x24", typed());
    client.close(0);
    assertEquals("Success", client.status().requiredString("status"));
    assertTrue(talk.typed.isEmpty());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void carriesAPortOfAPod() throws Exception {
    ChannelClient client = ask("/portForward/default/web?port=80", V4);
    assertEquals(V4, client.protocol());
    try (Socket inside = service.accept()) {
      client.send(0, "ping");
      assertArrayEquals(bytes("ping"), inside.getInputStream().readNBytes(4));
      inside.getOutputStream().write(bytes("pong"));
      client.await(0, "pong");
    }
    assertEquals(1000, client.end());
    assertArrayEquals(new byte[] {80, 0}, client.bytes(1));
    assertEquals("P\0pong", client.text(0));
  }

  @Test
  void tellsThatNothingIsAtAPort() throws Exception {
    service.close();
    ChannelClient client = ask("/portForward/default/web?ports=80", V4);
    assertEquals(1000, client.end());
    assertTrue(client.text(1).contains("cannot connect to port 80: "), client.text(1));
  }
}
