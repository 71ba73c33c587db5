package dev.flint.agent;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.http.AgentView;
import dev.flint.agent.node.ChildProgram;
import dev.flint.agent.node.ContainerPrograms;
import dev.flint.agent.node.ImageFetch;
import dev.flint.agent.node.ImageSpace;
import dev.flint.agent.node.NoPods;
import dev.flint.agent.node.PodDocument;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.node.PodReport;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.pod.watch.PodWatch;
import dev.flint.agent.probe.Prober;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.Printable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The program of the agent; without a command line library, whose classes would stay in memory. */
public final class AgentMain {
  private AgentMain() {}

  /** Runs an agent until it is asked to end, or with {@code --on-demand} has nothing to do. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Runs an agent.
   *
   * @return the exit code, docs/errors.md
   */
  public static int run(String... args) {
    if (List.of(args).contains("--help")) {
      System.out.println(AgentArguments.usage());
      return 0;
    }
    try {
      AgentArguments arguments = AgentArguments.parse(args);
      // Before anything is taken over, and whether or not there are pods.
      ImageSpace.Rule room = ImageRules.space(arguments);
      List<String> admission = ImageRules.admission(arguments);
      StateFolder state =
          arguments.has(AgentArguments.STATE)
              ? StateFolder.of(Path.of(arguments.get(AgentArguments.STATE, "")), System.getenv())
              : StateFolder.usual(System.getenv());
      Optional<Path> containerd =
          arguments.has(AgentArguments.CONTAINERD)
              ? Optional.of(Path.of(arguments.get(AgentArguments.CONTAINERD, "")))
              : Optional.empty();
      Map<String, Backend> backends =
          Backends.of(arguments.over(System.getenv()), state, containerd);
      try (Agent agent = Agent.start(state, backends, Clock.systemUTC(), AgentMain::say)) {
        Runtime.getRuntime().addShutdownHook(new Thread(agent::end, "flint-end"));
        serve(agent, arguments, state, room, admission);
      }
      return 0;
    } catch (FlintException e) {
      say(FlintException.line(e));
      return e.code().exitCode();
    } catch (IOException e) {
      say(e.toString());
      return ErrorCode.LOCAL_IO.exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ErrorCode.INTERRUPTED.exitCode();
    }
  }

  private static void serve(
      Agent agent,
      AgentArguments arguments,
      StateFolder state,
      ImageSpace.Rule room,
      List<String> admission)
      throws IOException, InterruptedException {
    HostFacts host = host();
    if (arguments.has(AgentArguments.ON_DEMAND) || !arguments.has(AgentArguments.PODS)) {
      agent.tellOfPods(() -> PodDocument.write(List.of(), Map.of(), Optional.of(List.of())));
      try (Closeable http = listen(agent, new NoPods(agent.fetches()), host, arguments, state)) {
        await(agent, arguments.has(AgentArguments.ON_DEMAND));
      }
      return;
    }
    Path folder = Path.of(arguments.get(AgentArguments.PODS, "")).toAbsolutePath();
    ChildProgram child =
        new ChildProgram(List.of(arguments.get(AgentArguments.FETCHER, "flint")), state.images());
    ImageSpace space = new ImageSpace(child, state.root(), room, agent.fetches(), AgentMain::say);
    PodNode.Parts parts =
        new PodNode.Parts(
            new PodWatch(folder, Clock.systemUTC()),
            new Volumes(state.root().resolve("volumes"), state.sockets().resolve("secrets")),
            host,
            agent.supervisor(),
            new UpdateRecords(state.updates()),
            new ImageFetch(child, admission, space, agent.fetches(), AgentMain::say),
            new Prober(new ContainerPrograms(agent.supervisor())),
            Backoff.Rule.RESTARTS,
            Backoff.Rule.IMAGES,
            AgentMain::say);
    try (PodNode node = PodNode.start(parts);
        Closeable http = listen(agent, node, host, arguments, state)) {
      agent.tellOfPods(
          () -> {
            // In this order: what is known once the folder was read stays known.
            boolean settled = node.isSettled();
            Optional<List<String>> images = settled ? Optional.of(node.images()) : Optional.empty();
            return PodDocument.write(node.pods(), node.problems(), images);
          });
      agent.awaitShutdown();
    }
  }

  private static void await(Agent agent, boolean onDemand)
      throws IOException, InterruptedException {
    if (onDemand) {
      tellReady();
      agent.awaitIdle();
    } else {
      agent.awaitShutdown();
    }
  }

  private static Closeable listen(
      Agent agent, PodReport pods, HostFacts host, AgentArguments arguments, StateFolder state)
      throws IOException {
    AgentView view =
        new AgentView(
            agent.supervisor(), pods, host, state.root(), Path.of("/proc"), Clock.systemUTC());
    return HttpOption.start(arguments, view, AgentMain::say);
  }

  private static HostFacts host() throws IOException {
    String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    long memory = 0;
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        memory = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return new HostFacts(name, "", Runtime.getRuntime().availableProcessors(), memory);
  }

  /** Whoever started us reads one line; nobody reads more. */
  private static void tellReady() {
    System.out.println(AgentLauncher.readyLine());
    System.out.close();
  }

  private static void say(String line) {
    System.err.println("flint-agent: " + Printable.of(line));
  }
}
