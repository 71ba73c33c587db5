package dev.flint.agent.kube.evict;

import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.VolumeSpec;
import dev.flint.agent.pod.run.PodFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Ends pods that take more of the disk than they may, as a kubelet does; pods that have no such
 * limit are not looked at. Pods of files stay, and what is critical to the cluster. For one thread.
 */
final class ScratchLook {
  private final Means means;
  private final DiskMeasure measure;
  private final Consumer<String> warnings;

  /** Those that are to go, by uid, and why: they are not measured again. */
  private final Map<String, PodFailure> leaving = new HashMap<>();

  private boolean warned;

  /** What it looks at, and what it has done. */
  interface Means {
    /** All pods. */
    List<PodView> pods();

    /** Where a container of one keeps what it writes, and its logs. */
    List<Path> written(PodSpec pod, String container);

    /** Where a volume of one is if it is on disk. */
    Path volume(PodSpec pod, String name);

    /** Ends one; may be said again. */
    void evict(PodSpec pod, PodFailure why);
  }

  /** With warnings of pods that go, and of what cannot be helped. */
  ScratchLook(Means means, DiskMeasure measure, Consumer<String> warnings) {
    this.means = means;
    this.measure = measure;
    this.warnings = warnings;
  }

  /** Looks at all once. */
  void look() {
    Set<String> uids = new HashSet<>();
    boolean failed = false;
    for (PodView view : means.pods()) {
      PodSpec pod = view.pod();
      uids.add(pod.uid());
      if (!Evictor.mayGo(view)) {
        continue;
      }
      PodFailure why = leaving.get(pod.uid());
      if (why == null) {
        try {
          why = check(pod).orElse(null);
        } catch (IOException e) {
          failed = true;
          warn(e);
        }
      }
      if (why != null) {
        means.evict(pod, why);
      }
    }
    warned = failed;
    leaving.keySet().retainAll(uids);
  }

  private void warn(IOException e) {
    if (!warned) {
      warned = true;
      warnings.accept("limits of ephemeral storage are not kept: " + e.getMessage());
    }
  }

  private Optional<PodFailure> check(PodSpec pod) throws IOException {
    ScratchLimits limits = ScratchLimits.of(pod);
    if (limits.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> message = limits.passed(sizes(pod, limits));
    if (message.isEmpty()) {
      return Optional.empty();
    }
    PodFailure why = new PodFailure("Evicted", message.get());
    warnings.accept("pod " + pod.name().name() + " is evicted: " + why.message().strip());
    leaving.put(pod.uid(), why);
    return Optional.of(why);
  }

  private ScratchLimits.Sizes sizes(PodSpec pod, ScratchLimits limits) throws IOException {
    boolean all = limits.whole().bytes() > 0;
    List<Path> folders = new ArrayList<>();
    for (VolumeSpec volume : pod.volumes()) {
      boolean own = !(volume instanceof VolumeSpec.HostPath);
      if (all ? own : limits.volumes().containsKey(volume.name())) {
        folders.add(means.volume(pod, volume.name()));
      }
    }
    if (all) {
      for (ContainerSpec container : pod.everyContainer()) {
        folders.addAll(means.written(pod, container.name()));
      }
    }
    Map<Path, Long> measured = measure.of(folders);
    return new ScratchLimits.Sizes() {
      @Override
      public long volume(String name) {
        return DiskMeasure.sum(measured, List.of(means.volume(pod, name)));
      }

      @Override
      public long container(String name) {
        return DiskMeasure.sum(measured, means.written(pod, name));
      }

      @Override
      public long total() {
        return DiskMeasure.sum(measured, folders);
      }
    };
  }
}
