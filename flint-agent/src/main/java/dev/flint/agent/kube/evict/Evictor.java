package dev.flint.agent.kube.evict;

import dev.flint.agent.kube.node.EvictionLimits;
import dev.flint.agent.kube.node.NodeHost;
import dev.flint.agent.kube.pod.PodPriority;
import dev.flint.agent.kube.pod.ResourceRequest;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.PodFailure;
import dev.flint.agent.pod.run.PodStatus.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Decides which pod goes when memory or disk is short, as a kubelet does (its eviction manager,
 * hard thresholds): one at a time; first of those that take more than they asked for the one of the
 * lowest priority, and of several the one that takes the most beyond that. Pods of files stay, and
 * what is critical to the cluster. For one thread.
 */
final class Evictor {
  /** How many looks one that goes is waited for. */
  private static final int PATIENCE = 3;

  private static final int UNIT = 1024;
  private static final String MEMORY = "memory";
  private static final String MANY = "more than can be counted";
  private static final String DISK = "ephemeral-storage";

  private final EvictionLimits limits;
  private final Means means;
  private final DiskMeasure measure;
  private final Consumer<String> warnings;
  private String leaving = "";
  private int waited;

  /** Those that did not go although they were to. */
  private final Set<String> stuck = new HashSet<>();

  private boolean reclaimed;
  private boolean warned;

  /** What it looks at, and what it has done. */
  interface Means {
    /** All pods. */
    List<PodView> pods();

    /** What one takes of memory. */
    PodUse memory(PodSpec pod);

    /** What one takes of the disk. */
    PodUse disk(PodSpec pod, DiskMeasure measure) throws IOException;

    /** Ends one. */
    void evict(PodSpec pod, PodFailure why);

    /** Has unused images removed. */
    void reclaim();

    /** Whether that goes on. */
    boolean isReclaiming();
  }

  private record Candidate(PodSpec pod, long priority, PodUse use) {}

  /** With warnings of what cannot be helped. */
  Evictor(EvictionLimits limits, Means means, DiskMeasure measure, Consumer<String> warnings) {
    this.limits = limits;
    this.means = means;
    this.measure = measure;
    this.warnings = warnings;
  }

  /** Looks, and ends at most one pod. */
  void look(NodeHost.Readings host) {
    if (isLeaving()) {
      return;
    }
    boolean noMemory = limits.memory().isMet(host.memoryAvailable(), host.memory());
    if (noMemory && evict(false, limits.memory().of(host.memory()), host.memoryAvailable())) {
      return;
    }
    if (!limits.disk().isMet(host.storageUsable(), host.storage())) {
      reclaimed = false;
      warned = warned && noMemory;
      return;
    }
    if (!reclaimed) {
      // Images come again, what a pod did does not.
      reclaimed = true;
      means.reclaim();
    } else if (!means.isReclaiming()) {
      reclaimed = false;
      evict(true, limits.disk().of(host.storage()), host.storageUsable());
    }
  }

  /** Whether the last one is still to give back what it has. */
  private boolean isLeaving() {
    for (PodView view : means.pods()) {
      if (view.pod().uid().equals(leaving)
          && view.status().phase() != Phase.FAILED
          && waited < PATIENCE) {
        waited++;
        return true;
      }
    }
    if (waited >= PATIENCE) {
      stuck.add(leaving);
    }
    leaving = "";
    waited = 0;
    return false;
  }

  /** Says whether one goes. */
  private boolean evict(boolean disk, long least, long available) {
    Optional<Candidate> first =
        candidates(disk).stream()
            .min(
                Comparator.comparing((Candidate candidate) -> candidate.use().excess() <= 0)
                    .thenComparing(Candidate::priority)
                    .thenComparing(candidate -> -candidate.use().excess()));
    String resource = disk ? DISK : MEMORY;
    if (first.isPresent()) {
      Candidate gone = first.get();
      PodFailure why = new PodFailure("Evicted", message(resource, least, available, gone.use()));
      leaving = gone.pod().uid();
      warnings.accept("pod " + gone.pod().name().name() + " is evicted: " + why.message().strip());
      means.evict(gone.pod(), why);
    } else if (!warned) {
      warned = true;
      warnings.accept("this device is low on " + resource + ", and no pod can be evicted");
    }
    if (first.isEmpty()) {
      // It may work by now.
      stuck.clear();
    }
    return first.isPresent();
  }

  /** Whether it is one that can be evicted. */
  static boolean mayGo(PodView view) {
    Phase phase = view.status().phase();
    return view.pod().origin() == PodOrigin.API
        && phase != Phase.FAILED
        && phase != Phase.SUCCEEDED
        && !PodPriority.of(view.pod()).isCritical();
  }

  private List<Candidate> candidates(boolean disk) {
    List<Candidate> candidates = new ArrayList<>();
    for (PodView view : means.pods()) {
      PodSpec pod = view.pod();
      if (mayGo(view) && !stuck.contains(pod.uid())) {
        PodUse use = disk ? disk(pod) : means.memory(pod);
        if (use.total() > 0) {
          candidates.add(new Candidate(pod, PodPriority.of(pod).value(), use));
        }
      }
    }
    return candidates;
  }

  /** Nothing, if it cannot be told. */
  private PodUse disk(PodSpec pod) {
    try {
      return means.disk(pod, measure);
    } catch (IOException e) {
      if (!warned) {
        warned = true;
        warnings.accept("which pod takes the most of the disk cannot be told: " + e.getMessage());
      }
      return new PodUse(Map.of(), 0, ResourceRequest.of(pod, DISK));
    }
  }

  /** A kubelet's, with its spaces. */
  private static String message(String resource, long least, long available, PodUse use) {
    StringBuilder text = new StringBuilder("The node was low on resource: " + resource + ". ");
    text.append("Threshold quantity: ").append(quantity(least));
    text.append(", available: ").append(quantity(available)).append(". ");
    for (Map.Entry<String, Long> container : use.containers().entrySet()) {
      long asked = use.request().containers().getOrDefault(container.getKey(), 0L);
      if (container.getValue() > asked) {
        text.append("Container ").append(container.getKey());
        long used = container.getValue();
        text.append(" was using ").append(used == DiskMeasure.ENDLESS ? MANY : quantity(used));
        text.append(", request is ").append(quantity(asked));
        text.append(", has larger consumption of ").append(resource).append(". ");
      }
    }
    return text.toString();
  }

  /** In the largest unit of which it is a whole number. */
  static String quantity(long bytes) {
    String unit = "";
    long rest = bytes;
    Iterator<String> units = List.of("Ki", "Mi", "Gi", "Ti").iterator();
    while (rest > 0 && rest % UNIT == 0 && units.hasNext()) {
      rest /= UNIT;
      unit = units.next();
    }
    return rest + unit;
  }
}
