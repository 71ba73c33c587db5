package dev.flint.agent;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.http.AgentView;
import dev.flint.agent.node.ImageSpace;
import dev.flint.agent.node.NoPods;
import dev.flint.agent.node.PodDocument;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.node.PodReport;
import dev.flint.agent.pod.launch.HostFacts;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program of the agent; without a command line library, whose classes would stay in memory. */
public final class AgentMain {
  /** A server that is told of our end gets no more than this. */
  private static final int END_SECONDS = 20;

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
    CountDownLatch ended = new CountDownLatch(1);
    try {
      AgentArguments arguments = AgentArguments.parse(args);
      // Before anything is taken over, and whether or not there are pods.
      ImageSpace.Rule room = ImageRules.space(arguments);
      List<String> admission = ImageRules.admission(arguments);
      HostShutdown shutdown = HostShutdown.of(arguments);
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
      boolean onDemand = arguments.has(AgentArguments.ON_DEMAND);
      if (!onDemand) {
        OnDemand.makeWay(state);
      }
      try (Agent agent =
          Agent.start(state, backends, Clock.systemUTC(), AgentMain::say, onDemand)) {
        long limit = END_SECONDS + shutdown.grace().toSeconds();
        Thread end = new Thread(() -> end(agent, ended, limit), "flint-end");
        Runtime.getRuntime().addShutdownHook(end);
        serve(agent, backends, arguments, state, room, admission, shutdown);
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
    } finally {
      ended.countDown();
    }
  }

  /** The process is over when its hooks are, so this waits for what is said at the end. */
  private static void end(Agent agent, CountDownLatch ended, long seconds) {
    agent.end();
    try {
      if (!ended.await(seconds, TimeUnit.SECONDS)) {
        say("it does not end by itself, and is ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void serve(
      Agent agent,
      Map<String, Backend> backends,
      AgentArguments arguments,
      StateFolder state,
      ImageSpace.Rule room,
      List<String> admission,
      HostShutdown shutdown)
      throws IOException, InterruptedException {
    HostFacts host = host();
    if (arguments.has(AgentArguments.ON_DEMAND) || !PodService.isWanted(arguments)) {
      agent.tellOfPods(() -> PodDocument.write(List.of(), Map.of(), Optional.of(List.of())));
      try (Closeable http = listen(agent, new NoPods(agent.fetches()), host, arguments, state)) {
        await(agent, arguments.has(AgentArguments.ON_DEMAND));
      }
      return;
    }
    try (PodService pods =
            PodService.start(
                agent, backends, arguments, state, host, room, admission, AgentMain::say);
        Closeable http = listen(agent, pods.node(), host, arguments, state)) {
      PodNode node = pods.node();
      agent.tellOfPods(
          () -> {
            // In this order: what is known once the folder was read stays known.
            boolean settled = node.isSettled();
            Optional<List<String>> images = settled ? Optional.of(node.images()) : Optional.empty();
            return PodDocument.write(node.pods(), node.problems(), images);
          });
      agent.awaitShutdown();
      shutdown.end(node, pods::leave);
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
