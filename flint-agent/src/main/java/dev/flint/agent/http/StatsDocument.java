package dev.flint.agent.http;

import dev.flint.agent.backend.Usage;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.status.Times;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What all takes, as the kubelet's {@code /stats/summary} says it (Kubernetes, stats/v1alpha1
 * Summary), as far as it is known. Instances that are in no pod have a list of their own, {@code
 * instances}.
 */
final class StatsDocument {
  /** No instance has such a name. */
  private static final String NODE = "/";

  private static final String AGENT = "/agent";

  private final AgentView view;
  private final ProcFiles proc;
  private final CpuRates rates = new CpuRates();
  private final long began;
  private final long booted;

  StatsDocument(AgentView view) {
    this.view = view;
    this.proc = new ProcFiles(view.proc());
    this.began = view.clock().millis();
    this.booted = began - proc.uptimeMillis();
  }

  JsonObject make() throws IOException {
    long now = view.clock().millis();
    Map<String, PodStats> pods = new LinkedHashMap<>();
    List<JsonObject> others = new ArrayList<>();
    Set<String> names = new HashSet<>(List.of(NODE, AGENT));
    for (InstanceView instance : view.supervisor().list()) {
      Optional<Usage> usage = Usages.of(view.supervisor(), instance);
      if (usage.isEmpty()) {
        continue;
      }
      String id = instance.spec().id().text();
      names.add(id);
      Map<String, String> labels = instance.spec().labels();
      String container = labels.get(PodLabels.CONTAINER);
      if (container == null) {
        others.add(network(one(id, instance.state(), usage.get(), now, id), usage.get(), now));
      } else {
        PodStats pod =
            pods.computeIfAbsent(labels.getOrDefault(PodLabels.UID, ""), uid -> new PodStats());
        pod.add(labels, one(container, instance.state(), usage.get(), now, id), usage.get());
      }
    }
    rates.keepOnly(names);
    List<JsonObject> podList = new ArrayList<>();
    for (PodStats pod : pods.values()) {
      podList.add(pod.document(Instant.ofEpochMilli(now).toString()));
    }
    return JsonObject.empty()
        .with("node", node(now))
        .withObjects("pods", podList)
        .withObjects("instances", others);
  }

  private JsonObject one(String name, InstanceState state, Usage usage, long now, String id) {
    long started = state.startedMillis();
    JsonObject out =
        JsonObject.empty().with("name", name).with("startTime", Times.seconds(started));
    if (usage.cpuNanos() >= 0) {
      out = out.with("cpu", cpu(id, started, now, usage.cpuNanos()));
    }
    return usage.memoryBytes() < 0
        ? out
        : out.with("memory", memory(now, usage.memoryBytes(), usage.memoryBytes()));
  }

  private static JsonObject network(JsonObject out, Usage usage, long now) {
    return usage.receivedBytes() < 0 || usage.sentBytes() < 0
        ? out
        : out.with(
            "network",
            JsonObject.empty()
                .with("time", Instant.ofEpochMilli(now).toString())
                .with("rxBytes", usage.receivedBytes())
                .with("txBytes", usage.sentBytes()));
  }

  private JsonObject cpu(String id, long since, long now, long nanos) {
    return JsonObject.empty()
        .with("time", Instant.ofEpochMilli(now).toString())
        .with("usageNanoCores", rates.rate(id, since, now, nanos))
        .with("usageCoreNanoSeconds", nanos);
  }

  private static JsonObject memory(long now, long workingSet, long resident) {
    return JsonObject.empty()
        .with("time", Instant.ofEpochMilli(now).toString())
        .with("workingSetBytes", workingSet)
        .with("rssBytes", resident);
  }

  private JsonObject node(long now) throws IOException {
    ProcFiles.Memory memory = proc.memory();
    long own = proc.ownMemoryBytes();
    FileStore store = Files.getFileStore(view.disk());
    long capacity = store.getTotalSpace();
    JsonObject agent =
        JsonObject.empty()
            .with("name", "flint-agent")
            .with("startTime", Times.seconds(began))
            .with("cpu", cpu(AGENT, began, now, proc.ownCpuNanos()))
            .with("memory", memory(now, own, own));
    return JsonObject.empty()
        .with("nodeName", view.host().nodeName())
        .withObjects("systemContainers", List.of(agent))
        .with("cpu", cpu(NODE, booted, now, proc.hostCpuNanos()))
        .with(
            "memory",
            memory(now, memory.total() - memory.available(), memory.anonymous())
                .with("availableBytes", memory.available()))
        .with(
            "fs",
            JsonObject.empty()
                .with("time", Instant.ofEpochMilli(now).toString())
                .with("availableBytes", store.getUsableSpace())
                .with("capacityBytes", capacity)
                .with("usedBytes", capacity - store.getUnallocatedSpace()));
  }
}
