package dev.flint.agent.http;

import dev.flint.agent.backend.Usage;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.supervise.InstanceView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Processor time and memory, as the kubelet's {@code /metrics/resource} tells of them and
 * metrics-server reads them: Prometheus' text format 0.0.4, in which counters are called as their
 * samples. A container of which anything is not known is left out, as a half would make its pod
 * look small.
 */
final class ResourceMetrics {
  /** What it is, as an HTTP header. */
  static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final List<Taken> containers = new ArrayList<>();
  private final Map<String, Taken> pods = new LinkedHashMap<>();
  private final long nodeCpuNanos;
  private final long nodeMemoryBytes;

  /** What something takes. */
  private record Taken(String labels, long startedMillis, long cpuNanos, long memoryBytes) {
    Taken plus(Taken other) {
      return new Taken(
          labels, startedMillis, cpuNanos + other.cpuNanos, memoryBytes + other.memoryBytes);
    }
  }

  /** One number of it. */
  private interface Count {
    long of(Taken taken);
  }

  /** As it is now. */
  ResourceMetrics(AgentView view) {
    ProcFiles proc = new ProcFiles(view.proc());
    nodeCpuNanos = proc.hostCpuNanos();
    ProcFiles.Memory memory = proc.memory();
    nodeMemoryBytes = memory.total() - memory.available();
    for (InstanceView instance : view.supervisor().list()) {
      Map<String, String> labels = instance.spec().labels();
      String container = labels.get(PodLabels.CONTAINER);
      Optional<Usage> usage = Usages.of(view.supervisor(), instance);
      if (container != null && usage.isPresent()) {
        add(labels, container, instance.state().startedMillis(), usage.get());
      }
    }
  }

  private void add(Map<String, String> labels, String container, long started, Usage usage) {
    if (usage.cpuNanos() < 0 || usage.memoryBytes() < 0) {
      return;
    }
    String pod =
        MetricsText.label("namespace", labels.getOrDefault(PodLabels.NAMESPACE, ""))
            + ","
            + MetricsText.label("pod", labels.getOrDefault(PodLabels.POD, ""));
    // In the kubelet's order of labels.
    String own = MetricsText.label("container", container) + "," + pod;
    containers.add(new Taken(own, started, usage.cpuNanos(), usage.memoryBytes()));
    pods.merge(pod, new Taken(pod, 0, usage.cpuNanos(), usage.memoryBytes()), Taken::plus);
  }

  void write(MetricsText text) throws IOException {
    counter(text, "container_cpu_usage_seconds_total", containers, Taken::cpuNanos);
    gauge(text, "container_memory_working_set_bytes", containers, Taken::memoryBytes);
    text.family("container_start_time_seconds", "gauge", "", "When it began, since 1970.");
    for (Taken one : containers) {
      text.seconds("", one.labels, one.startedMillis * NANOS_PER_MILLI);
    }
    List<Taken> node = List.of(new Taken("", 0, nodeCpuNanos, nodeMemoryBytes));
    counter(text, "node_cpu_usage_seconds_total", node, Taken::cpuNanos);
    gauge(text, "node_memory_working_set_bytes", node, Taken::memoryBytes);
    List<Taken> sums = List.copyOf(pods.values());
    counter(text, "pod_cpu_usage_seconds_total", sums, Taken::cpuNanos);
    gauge(text, "pod_memory_working_set_bytes", sums, Taken::memoryBytes);
    // The older name, then that since Kubernetes 1.29.
    for (String name : List.of("scrape_error", "resource_scrape_error")) {
      text.family(name, "gauge", "", "1 if the node could not be measured.");
      text.sample("", "", nodeCpuNanos == 0 || nodeMemoryBytes == 0 ? 1 : 0);
    }
  }

  private static void counter(MetricsText text, String name, List<Taken> all, Count nanos)
      throws IOException {
    text.family(name, "counter", "", "Processor time.");
    for (Taken one : all) {
      text.seconds("", one.labels, nanos.of(one));
    }
  }

  private static void gauge(MetricsText text, String name, List<Taken> all, Count bytes)
      throws IOException {
    text.family(name, "gauge", "", "Memory that is in use.");
    for (Taken one : all) {
      text.sample("", one.labels, bytes.of(one));
    }
  }
}
