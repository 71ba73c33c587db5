package dev.flint.agent.http;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.node.FetchTotals;
import dev.flint.agent.node.PodReport;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** An agent that runs nothing, and tells of it on a port of loopback. */
public final class TestAgent implements Closeable {
  public static final HostFacts HOST = new HostFacts("node1", "", 2, 1 << 30);
  private static final int SECONDS = 60;

  public final FakePods pods = new FakePods();
  public final Supervisor supervisor;
  private final FakeBackend backend = new FakeBackend();
  private final String name;
  private final HttpEndpoint endpoint;
  private final HttpClient client = HttpClient.newHttpClient();

  /** Pods that a test makes up. */
  public static final class FakePods implements PodReport {
    public volatile List<PodView> pods = List.of();
    final Map<String, List<String>> problems = new TreeMap<>();
    volatile boolean settled = true;
    volatile boolean alive = true;

    @Override
    public List<PodView> pods() {
      return pods;
    }

    @Override
    public Map<String, List<String>> problems() {
      return problems;
    }

    @Override
    public boolean isSettled() {
      return settled;
    }

    @Override
    public boolean isAlive() {
      return alive;
    }

    @Override
    public FetchTotals fetches() {
      return new FetchTotals(3, 1, 2_500_000_000L, 1000, 9000, 2, 5000);
    }
  }

  public TestAgent(Path folder) throws IOException {
    this(folder, "fake");
  }

  /** One whose instances are all of a backend of this name. */
  public TestAgent(Path folder, String name) throws IOException {
    this.name = name;
    InstanceStore store = new InstanceStore(folder.resolve("instances"), folder.resolve("sockets"));
    store.open();
    supervisor = new Supervisor(store, Map.of(name, backend), Clock.systemUTC(), line -> {});
    endpoint =
        HttpEndpoint.start(
            "127.0.0.1:0",
            new AgentView(supervisor, pods, HOST, folder, Path.of("/proc"), Clock.systemUTC()));
  }

  int port() {
    return endpoint.address().getPort();
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(SECONDS))
        .build();
  }

  public HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path), BodyHandlers.ofString());
  }

  public HttpResponse<InputStream> open(String path) throws Exception {
    return client.send(request(path), BodyHandlers.ofInputStream());
  }

  public JsonObject json(String path) throws Exception {
    return JsonObject.parse(get(path).body().getBytes(StandardCharsets.UTF_8), path);
  }

  /** Runs what needs no pod. */
  public void run(String name) throws Exception {
    run(
        new InstanceSpec(
            new InstanceId(name),
            "registry.lan/web:1",
            List.of(),
            List.of(),
            Map.of("SECRET", "s3cret"),
            "",
            Resources.UNSAID,
            new Network.Usual(),
            List.of(),
            List.of(),
            RestartRule.NEVER,
            Duration.ofSeconds(10),
            Map.of()));
  }

  /** Runs an instance; it is running then. */
  public void run(InstanceSpec spec) throws Exception {
    supervisor.create(
        spec,
        new PreparedImage(
            Digest.sha256("m".getBytes(StandardCharsets.UTF_8)),
            ImageConfig.of(JsonObject.empty().with("feather.backend", name)),
            new PreparedImage.Layers(List.of())));
    supervisor.start(spec.id());
  }

  /** Runs an instance that has no address of its own. */
  public void runAtHost(InstanceSpec spec) throws Exception {
    backend.address = "";
    run(spec);
  }

  /** Has it write to its standard output. */
  public void write(InstanceId id, String text) throws IOException {
    Files.writeString(supervisor.folder(id).rawOut(), text, StandardOpenOption.APPEND);
  }

  /** The run of one that runs. */
  public FakeBackend.FakeRun running(InstanceId id) {
    return Objects.requireNonNull(backend.running.get(id));
  }

  /** Ends it; its log is whole then. */
  public InstanceState end(InstanceId id, int code) throws Exception {
    running(id).end(code);
    return supervisor.settled(id).get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    try (supervisor) {
      endpoint.close();
    }
  }
}
