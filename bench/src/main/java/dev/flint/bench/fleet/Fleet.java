package dev.flint.bench.fleet;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.RequestLog;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.User;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many agents in one process as nodes of an API server in memory; {@code bench/fleet} starts it.
 */
final class Fleet implements Closeable {
  private static final int NODES = 10_000;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: pod-%1$s, namespace: default}
      spec:
        nodeName: %2$s
        terminationGracePeriodSeconds: 1
        containers: [{name: app, image: 'bench.lan/app:1'}]
      """;
  private static final String ROOT =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: kube-root-ca.crt, namespace: default}
      data: {ca.crt: none}
      """;

  private final FakeApiServer server;
  private final List<FleetAgent> agents = new ArrayList<>();
  private final List<String> rows = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final AtomicLong warnings = new AtomicLong();

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private Fleet(FakeApiServer server) {
    this.server = server;
  }

  /**
   * Measures.
   *
   * @param args a folder, how many agents, and for how many seconds they do nothing
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    int count = Integer.parseInt(args[1]);
    int idle = Integer.parseInt(args[2]);
    FakeApiServer server = FakeApiServer.start(ServerSettings.usual());
    server.users().token("bench", User.serviceAccount("flint-agent", "flint-agent"));
    try (server;
        Fleet fleet = new Fleet(server)) {
      fleet.measure(folder, count, idle);
    }
    // Threads of clients that are done wait a while for more.
    System.exit(0);
  }

  private void measure(Path folder, int count, int idle) throws IOException, InterruptedException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(kubeconfig, Kubeconfigs.withToken(server.url(), "bench", ""));
    server.cluster().create(ROOT);
    List<String> fetcher = fetcher(folder);
    long heap = heap();
    int threads = Thread.activeCount();
    during("all begin", () -> begin(folder, count, kubeconfig, fetcher));
    long each = (heap() - heap) / count;
    double threadsEach = (double) (Thread.activeCount() - threads) / count;
    Traffic quiet = during("nothing happens", () -> TimeUnit.SECONDS.sleep(idle));
    during("a pod on each", this::pods);
    during("nothing happens, a pod on each", () -> TimeUnit.SECONDS.sleep(idle));
    during("each pod is deleted", this::delete);
    Traffic back = during("the server is away for 20 s, and comes back", this::away);
    print(count, quiet, back, each, threadsEach);
  }

  /** What gets an image ready: there is one, and it is there. */
  private static List<String> fetcher(Path folder) throws IOException {
    Digest digest = Digest.sha256("bench".getBytes(StandardCharsets.UTF_8));
    ImageConfig config = ImageConfig.of(JsonObject.empty().with("feather.backend", "fake"));
    PreparedImage image = new PreparedImage(digest, config, new PreparedImage.Layers(List.of()));
    Path document = Files.write(folder.resolve("image"), ImageDocument.write(image).bytes());
    return List.of("/bin/sh", "-c", "cat " + document, "sh");
  }

  private Traffic during(String name, Work work) throws IOException, InterruptedException {
    RequestLog log = server.log();
    log.clear();
    RequestLog.Totals before = log.totals();
    long start = System.nanoTime();
    work.run();
    Traffic traffic = Traffic.since(log, before, (System.nanoTime() - start) / 1e9);
    rows.add(traffic.row(name, agents.size()));
    told.add("- " + name + ": " + traffic.told());
    return traffic;
  }

  private void begin(Path folder, int count, Path kubeconfig, List<String> fetcher)
      throws IOException, InterruptedException {
    for (int i = 0; i < count; i++) {
      Path own = Files.createDirectory(folder.resolve("a" + i));
      agents.add(
          FleetAgent.start(own, node(i), kubeconfig, fetcher, w -> warnings.incrementAndGet()));
    }
    for (int i = 0; i < count; i++) {
      server.cluster().await(Resource.NODES, "", node(i), Fleet::isReady, LIMIT);
    }
  }

  private static String node(int i) {
    return "node-" + i;
  }

  private void pods() throws IOException, InterruptedException {
    for (int i = 0; i < agents.size(); i++) {
      server.cluster().create(POD.formatted(i, node(i)));
    }
    for (int i = 0; i < agents.size(); i++) {
      server.cluster().await(Resource.PODS, "default", "pod-" + i, Fleet::isReady, LIMIT);
    }
  }

  private void delete() throws InterruptedException {
    for (int i = 0; i < agents.size(); i++) {
      server.cluster().delete(Resource.PODS, "default", "pod-" + i);
    }
    for (int i = 0; i < agents.size(); i++) {
      server.cluster().awaitGone(Resource.PODS, "default", "pod-" + i, LIMIT);
    }
  }

  private void away() throws IOException, InterruptedException {
    server.goAway();
    TimeUnit.SECONDS.sleep(20);
    server.comeBack();
    server.log().await(agents.size(), LoggedRequest::isWatch, LIMIT);
    TimeUnit.SECONDS.sleep(10);
  }

  private static boolean isReady(JsonObject object) {
    try {
      for (JsonObject condition :
          object.object("status").orElse(JsonObject.empty()).objects("conditions")) {
        if (condition.requiredString("type").equals("Ready")) {
          return condition.requiredString("status").equals("True");
        }
      }
      return false;
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void print(int count, Traffic quiet, Traffic back, long heap, double threads) {
    System.out.println(
        "| "
            + count
            + " agents | s | requests | of each | most in a second | KiB asked, each |"
            + " KiB answered, each |");
    System.out.println("|---|---|---|---|---|---|---|");
    rows.forEach(System.out::println);
    System.out.println();
    told.forEach(System.out::println);
    double rate = quiet.requests() / quiet.seconds() / count;
    System.out.printf(
        "%nEach agent: %.0f KiB of heap and %.1f threads within this process; %d warnings in all.%n",
        heap / 1024.0, threads, warnings.get());
    System.out.printf(
        "%n%d such nodes that do nothing: %.0f requests/s, %.1f MB/s asked, %.1f MB/s answered, %d"
            + " watches.%n",
        NODES,
        rate * NODES,
        quiet.bytesIn() / quiet.seconds() / count * NODES / 1e6,
        quiet.bytesOut() / quiet.seconds() / count * NODES / 1e6,
        NODES);
    System.out.printf(
        "After a loss of the server: %.1f requests of each, at most %.2f of each in one second.%n",
        (double) back.requests() / count, (double) back.peak() / count);
  }

  @Override
  public void close() throws IOException {
    for (FleetAgent agent : agents) {
      agent.close();
    }
  }
}
