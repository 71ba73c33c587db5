package dev.flint.agent.supervise;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.backend.Usage;
import dev.flint.agent.containerd.Attachable;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What runs nothing, but counts: ends come when a test says so, which a real backend's do not. Its
 * runs outlive the supervisors that use it, as real ones do.
 */
public final class FakeBackend implements Backend {
  /** What runs, by name. */
  public final Map<InstanceId, FakeRun> running = new ConcurrentHashMap<>();

  final List<String> calls = new ArrayList<>();
  List<Finding> findings = List.of();
  Optional<IOException> startFailure = Optional.empty();

  /** How what is started has ended already. */
  Optional<Exit> endsAtOnce = Optional.empty();

  /** Done in the middle of each start. */
  Runnable whileItStarts = () -> {};

  /** What is written only as a run is cleaned up after. */
  String lastWords = "";

  /** What instances say of themselves at their end. */
  String said = "";

  /** Of what is started from now on; empty where it shares the host's. */
  public volatile String address = "198.18.0.9";

  /** How often to fail where what runs the instances is away. */
  int away;

  /** How often to fail as nobody thought of, as it is cleaned up after. */
  int broken;

  /** A run that ends when it is told to. */
  public static final class FakeRun implements Run, Attachable {
    /** What was typed, and what was done beside. */
    public final BlockingQueue<String> typed = new LinkedBlockingQueue<>();

    final CompletableFuture<Exit> ended = new CompletableFuture<>();

    /** Else it only ends when it is killed. */
    public volatile boolean stopsWhenAsked = true;

    /** How often a kill fails as nobody thought of. */
    final AtomicInteger clumsy = new AtomicInteger();

    volatile String address = "";

    /** Ends with a code. */
    public void end(int code) {
      ended.complete(new Exit(code, code == 0 ? Exit.Reason.COMPLETED : Exit.Reason.ERROR, ""));
    }

    @Override
    public CompletableFuture<Exit> ended() {
      return ended;
    }

    @Override
    public void stop() {
      if (stopsWhenAsked) {
        end(0);
      }
    }

    @Override
    public void kill() {
      if (clumsy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("clumsy");
      }
      end(137);
    }

    @Override
    public OutputStream openStdin() {
      return new OutputStream() {
        @Override
        public void write(int one) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
          typed.add(new String(bytes, from, length, StandardCharsets.UTF_8));
        }
      };
    }

    @Override
    public void closeStdin() {
      typed.add("end");
    }

    @Override
    public void resize(int columns, int rows) {
      typed.add(columns + "x" + rows);
    }

    @Override
    public Usage usage() {
      return new Usage(1, 2, 3, 4);
    }

    @Override
    public String note() {
      return "fake";
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public void close() {}
  }

  private synchronized void failIfAway() throws IOException {
    if (away > 0) {
      away--;
      throw new IOException("nobody is there");
    }
  }

  private synchronized void failIfBroken() {
    if (broken > 0) {
      broken--;
      throw new IllegalStateException("broken");
    }
  }

  private synchronized void call(String name, InstanceFolder folder) {
    calls.add(name + " " + folder.id());
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public List<Finding> preflight(InstanceSpec spec, ImageConfig image) {
    return findings;
  }

  @Override
  public LaunchPlan plan(InstanceSpec spec, PreparedImage image, InstanceFolder folder) {
    return new LaunchPlan(JsonObject.empty().with("id", spec.id().text()));
  }

  @Override
  public Run start(LaunchPlan plan, InstanceFolder folder) throws IOException {
    call("start", folder);
    whileItStarts.run();
    if (startFailure.isPresent()) {
      throw startFailure.get();
    }
    Files.writeString(
        folder.rawOut(), "hello\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    FakeRun run = new FakeRun();
    run.address = address;
    endsAtOnce.ifPresent(run.ended::complete);
    running.put(folder.id(), run);
    return run;
  }

  @Override
  public Optional<Run> adopt(LaunchPlan plan, InstanceFolder folder) throws IOException {
    call("adopt", folder);
    failIfAway();
    return Optional.ofNullable(running.get(folder.id()));
  }

  @Override
  public String lastWords(InstanceFolder folder) {
    return said;
  }

  @Override
  public void clean(LaunchPlan plan, InstanceFolder folder) throws IOException {
    call("clean", folder);
    failIfAway();
    failIfBroken();
    if (Files.exists(folder.rawOut())) {
      Files.writeString(folder.rawOut(), lastWords, StandardOpenOption.APPEND);
    }
    running.remove(folder.id());
  }

  /** A wish for an instance {@code web} of this backend. */
  public static InstanceSpec spec(RestartRule restart) {
    return new InstanceSpec(
        new InstanceId("web"),
        "registry.lan/web:1",
        List.of(),
        List.of(),
        Map.of("A", "b"),
        "",
        Resources.UNSAID,
        new Network.Usual(),
        List.of(),
        List.of(),
        restart,
        Duration.ofSeconds(10),
        Map.of());
  }

  /** Its image. */
  public static PreparedImage image() {
    return new PreparedImage(
        Digest.sha256("m".getBytes(StandardCharsets.UTF_8)),
        ImageConfig.of(JsonObject.empty().with("feather.backend", "fake")),
        new PreparedImage.Layers(List.of()));
  }
}
