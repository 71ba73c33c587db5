package dev.flint.agent.http;

import dev.flint.agent.node.FetchTotals;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Numbers of the agent itself, and of what it has fetched. */
final class AgentMetrics {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final AgentView view;
  private final ProcFiles proc;

  AgentMetrics(AgentView view) {
    this.view = view;
    this.proc = new ProcFiles(view.proc());
  }

  void write(MetricsText text) throws IOException {
    String version = AgentMetrics.class.getPackage().getImplementationVersion();
    text.family("flint_agent_build", "info", "", "The agent and what it runs on.");
    text.sample(
        "_info",
        MetricsText.label("version", version == null ? "dev" : version)
            + ","
            + MetricsText.label("java", System.getProperty("java.version", "")),
        1);
    text.family(
        "flint_agent_ready", "gauge", "", "Whether it has taken over all instances and pods.");
    text.sample("", "", view.supervisor().isRecovered() && view.pods().isSettled() ? 1 : 0);
    text.family("process_cpu_seconds", "counter", "seconds", "Processor time of the agent.");
    text.seconds("_total", "", proc.ownCpuNanos());
    text.family("process_resident_memory_bytes", "gauge", "bytes", "Memory the agent holds.");
    text.sample("", "", proc.ownMemoryBytes());
    text.family("process_open_fds", "gauge", "", "Files and sockets the agent has open.");
    text.sample("", "", proc.ownOpenFiles());
    Optional<Instant> began = ProcessHandle.current().info().startInstant();
    if (began.isPresent()) {
      text.family(
          "process_start_time_seconds", "gauge", "seconds", "When the agent began, since 1970.");
      text.seconds("", "", began.get().toEpochMilli() * NANOS_PER_MILLI);
    }
    fetches(text, view.pods().fetches());
    text.family("flint_pod_files_broken", "gauge", "", "Files of pods that have something wrong.");
    text.sample("", "", view.pods().problems().size());
  }

  private static void fetches(MetricsText text, FetchTotals totals) throws IOException {
    text.family(
        "flint_image_fetch_duration_seconds",
        "summary",
        "seconds",
        "Time that fetching images of pods took.");
    text.sample("_count", "", totals.fetches());
    text.seconds("_sum", "", totals.nanos());
    text.family("flint_image_fetch_failures", "counter", "", "Fetches that failed.");
    text.sample("_total", "", totals.failures());
    text.family(
        "flint_image_fetched_bytes", "counter", "bytes", "Bytes of images that registries sent.");
    text.sample("_total", "", totals.fetchedBytes());
    text.family(
        "flint_image_reused_bytes",
        "counter",
        "bytes",
        "Bytes of those images that were here already and were not sent.");
    text.sample("_total", "", totals.reusedBytes());
    text.family("flint_image_gc_images", "counter", "", "Unused images removed to make room.");
    text.sample("_total", "", totals.removedImages());
    text.family("flint_image_gc_freed_bytes", "counter", "bytes", "Bytes freed by that, about.");
    text.sample("_total", "", totals.freedBytes());
  }
}
