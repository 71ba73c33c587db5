package dev.flint.agent.kube.serve;

import dev.flint.agent.http.TestAgent;
import dev.flint.agent.http.TestPods;
import dev.flint.agent.kube.TestNode;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.ContainerStatus.State;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An agent in a process of its own, that says how many threads it has: a node of one API server
 * whose pods cannot be pulled, and the kubelet API of a pod that runs.
 */
final class ThreadedAgent {
  static final String NODE = "edge";

  /**
   * At any time: of 80 connections of which 16 are of strangers that were hung up on, 3 for each of
   * 16 programs, 64 that forward, one for each of 110 pods, and a few.
   */
  static final int MOST = 80 + 3 * 16 + 64 + 110 + 30;

  /**
   * Of the test, and those of libraries that wait a minute for more work, of which each has one.
   */
  private static final List<String> OTHERS =
      List.of(
          "fake API server",
          "HTTP-Dispatcher",
          "HttpClient-",
          "idle-timeout-task",
          "process reaper",
          "JNA Cleaner",
          "OkHttp",
          "Okio");

  private ThreadedAgent() {}

  /** Arguments: a folder, the URL of an API server, a token for it, and a port of a service. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    TestNode.start(
        new TestNode.Plan(folder.resolve("node"), args[1], args[2], NODE, line -> {}),
        Backoff.Rule.IMAGES);
    int port = kubelet(folder.resolve("kubelet"), args[3]);
    System.out.println(port);
    ThreadMXBean beans = ManagementFactory.getThreadMXBean();
    int idle = 0;
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      switch (line) {
        case "idle" -> {
          beans.resetPeakThreadCount();
          idle = threads().size();
          System.out.println(idle);
        }
        case "count" -> System.out.println(threads().size());
        case "peak" -> System.out.println(beans.getPeakThreadCount());
        default -> System.out.println(settled(idle));
      }
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> OTHERS.stream().noneMatch(thread.getName()::startsWith))
        .collect(Collectors.toSet());
  }

  /** Waits until there are no more than so many; says how many there are then. */
  private static int settled(int most) throws InterruptedException {
    Set<Thread> all = threads();
    while (all.size() > most) {
      for (Thread thread : all) {
        if (thread != Thread.currentThread()) {
          thread.join(50);
        }
      }
      all = threads();
    }
    return all.size();
  }

  private static int kubelet(Path folder, String service) throws Exception {
    KubeletTls tls =
        KubeletTls.own(
            folder.resolve("pki"), List.of("node1"), List.of("127.0.0.1"), Instant.now());
    PodSpec pod =
        Pods.spec(
            "containers:",
            "- name: app",
            "  image: 'i:1'",
            "  ports:",
            "  - {containerPort: 80, hostPort: " + service + "}");
    TestKubelet kubelet =
        new TestKubelet(
            folder,
            tls,
            Optional.empty(),
            new TestAgent(folder, "containerd"),
            Optional.of((id, command, streams) -> LocalProgram.start(command, streams)));
    kubelet.admit("ann");
    kubelet.agent.pods.pods =
        List.of(TestPods.view(pod, TestPods.status("app", State.RUNNING, "", null)));
    kubelet.agent.run(TestPods.instances(pod).get(0));
    return kubelet.port();
  }
}
