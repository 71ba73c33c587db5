package dev.flint.agent.http;

import dev.flint.agent.backend.Usage;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Numbers of all instances, whether they belong to a pod or not. */
final class InstanceMetrics {
  private static final String PHASE = "flint_instance_phase";
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final List<One> all = new ArrayList<>();

  /** An instance at one moment. */
  private record One(String labels, InstanceView view, Usage usage) {
    InstanceState state() {
      return view.state();
    }
  }

  /** One number of an instance; negative if there is none. */
  private interface Count {
    long of(One one);
  }

  /** Of what the supervisor has now. */
  InstanceMetrics(Supervisor supervisor) {
    for (InstanceView view : supervisor.list()) {
      Usage usage = Usages.of(supervisor, view).orElse(new Usage(-1, -1, -1, -1));
      all.add(new One(labels(view), view, usage));
    }
  }

  /** Those that are in no pod have empty labels of pods, which to Prometheus is as good as none. */
  private static String labels(InstanceView view) {
    Map<String, String> labels = view.spec().labels();
    return MetricsText.label("name", view.spec().id().text())
        + ","
        + MetricsText.label("namespace", labels.getOrDefault(PodLabels.NAMESPACE, ""))
        + ","
        + MetricsText.label("pod", labels.getOrDefault(PodLabels.POD, ""))
        + ","
        + MetricsText.label("container", labels.getOrDefault(PodLabels.CONTAINER, ""));
  }

  void write(MetricsText text) throws IOException {
    text.family("flint_instance", "info", "", "What the instance is.");
    for (One one : all) {
      text.sample(
          "_info",
          one.labels
              + ","
              + MetricsText.label("backend", one.view.backend())
              + ","
              + MetricsText.label("image", one.view.spec().image())
              + ","
              + MetricsText.label("digest", one.view.image().manifest().toString()),
          1);
    }
    text.family(PHASE, "stateset", "", "Where the instance is.");
    for (One one : all) {
      for (Phase phase : Phase.values()) {
        String word = phase.name().toLowerCase(Locale.ROOT);
        text.sample(
            "",
            one.labels + "," + MetricsText.label(PHASE, word),
            one.state().phase() == phase ? 1 : 0);
      }
    }
    text.family("flint_instance_restarts", "counter", "", "Starts after the first one.");
    samples(text, "_total", one -> one.state().restarts());
    text.family("flint_instance_last_exit_code", "gauge", "", "How the last run ended.");
    samples(text, "", InstanceMetrics::exitCode);
    text.family(
        "flint_instance_start_time_seconds",
        "gauge",
        "seconds",
        "When the present or last run began, since 1970.");
    seconds(text, "", one -> millis(one.state().startedMillis(), 0));
    text.family(
        "flint_instance_start_latency_seconds",
        "gauge",
        "seconds",
        "From the decision to start to running, of the present or last run.");
    seconds(text, "", InstanceMetrics::latency);
    usage(text);
  }

  private void usage(MetricsText text) throws IOException {
    text.family(
        "flint_instance_cpu_seconds", "counter", "seconds", "Processor time of the present run.");
    seconds(text, "_total", one -> one.usage.cpuNanos());
    text.family("flint_instance_memory_bytes", "gauge", "bytes", "Memory of the host it holds.");
    samples(text, "", one -> one.usage.memoryBytes());
    text.family(
        "flint_instance_network_receive_bytes", "counter", "bytes", "Received in the present run.");
    samples(text, "_total", one -> one.usage.receivedBytes());
    text.family(
        "flint_instance_network_transmit_bytes", "counter", "bytes", "Sent in the present run.");
    samples(text, "_total", one -> one.usage.sentBytes());
  }

  private static long exitCode(One one) {
    Optional<End> end = one.state().end();
    return end.isPresent() ? end.get().code() : -1;
  }

  private static long latency(One one) {
    long asked = one.state().askedMillis();
    return asked == 0 ? -1 : millis(one.state().startedMillis(), asked);
  }

  /** In nanoseconds; none if it never began, or a clock was put back. */
  private static long millis(long to, long from) {
    return to == 0 || to < from ? -1 : (to - from) * NANOS_PER_MILLI;
  }

  private void samples(MetricsText text, String suffix, Count count) throws IOException {
    for (One one : all) {
      long value = count.of(one);
      if (value >= 0) {
        text.sample(suffix, one.labels, value);
      }
    }
  }

  private void seconds(MetricsText text, String suffix, Count nanos) throws IOException {
    for (One one : all) {
      long value = nanos.of(one);
      if (value >= 0) {
        text.seconds(suffix, one.labels, value);
      }
    }
  }
}
