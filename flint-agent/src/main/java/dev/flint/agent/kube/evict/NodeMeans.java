package dev.flint.agent.kube.evict;

import dev.flint.agent.backend.Usage;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.kube.pod.ResourceRequest;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.agent.pod.run.PodFailure;
import dev.flint.agent.supervise.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pods of this device, for evictions. */
public final class NodeMeans implements Evictor.Means, ScratchLook.Means {
  /** A kubelet's, where there is no time. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final PodNode node;
  private final Supervisor supervisor;
  private final Path volumes;

  /**
   * Of an agent.
   *
   * @param volumes the folder of pods' volumes, by uid
   */
  public NodeMeans(PodNode node, Supervisor supervisor, Path volumes) {
    this.node = node;
    this.supervisor = supervisor;
    this.volumes = volumes;
  }

  @Override
  public List<PodView> pods() {
    return node.pods();
  }

  @Override
  public PodUse memory(PodSpec pod) {
    Map<String, Long> use = new TreeMap<>();
    for (ContainerSpec container : pod.everyContainer()) {
      use.put(container.name(), memory(InstanceNames.of(pod.name(), container.name())));
    }
    return new PodUse(use, 0, ResourceRequest.of(pod, "memory"));
  }

  @Override
  public PodUse disk(PodSpec pod, DiskMeasure measure) throws IOException {
    Path others = volumes.resolve(pod.uid());
    List<Path> folders = new ArrayList<>(List.of(others));
    for (ContainerSpec container : pod.everyContainer()) {
      folders.addAll(written(pod, container.name()));
    }
    Map<Path, Long> measured = measure.of(folders);
    Map<String, Long> use = new TreeMap<>();
    for (ContainerSpec container : pod.everyContainer()) {
      use.put(container.name(), DiskMeasure.sum(measured, written(pod, container.name())));
    }
    return new PodUse(
        use,
        DiskMeasure.sum(measured, List.of(others)),
        ResourceRequest.of(pod, "ephemeral-storage"));
  }

  /** What it writes as its output is given back to the disk, so only what is kept of it counts. */
  @Override
  public List<Path> written(PodSpec pod, String container) {
    InstanceFolder folder = supervisor.folder(InstanceNames.of(pod.name(), container));
    return List.of(folder.run(), folder.logs());
  }

  @Override
  public Path volume(PodSpec pod, String name) {
    return volumes.resolve(pod.uid()).resolve(name);
  }

  private long memory(InstanceId id) {
    try {
      return supervisor.usage(id).map(Usage::memoryBytes).orElse(0L);
    } catch (IOException e) {
      // It has just ended, or there is none.
      return 0;
    }
  }

  @Override
  public void evict(PodSpec pod, PodFailure why) {
    node.fail(pod.uid(), why, GRACE);
  }

  @Override
  public void reclaim() {
    node.reclaim();
  }

  @Override
  public boolean isReclaiming() {
    return node.isReclaiming();
  }
}
