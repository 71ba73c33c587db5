package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.instance.Network;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.EphemeralSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where an ephemeral container of a pod runs: in the network of a container that runs, and among
 * its processes if it names it. A guest has nothing that a container could share.
 */
final class EphemeralPlace {
  private static final String CONTAINERS = "containerd";

  private final PodSpec pod;
  private final EphemeralSpec ephemeral;
  private final List<InstanceView> instances = new ArrayList<>();

  /**
   * Of one container.
   *
   * @throws FlintException UNSUPPORTED if it cannot be run here
   */
  EphemeralPlace(PodSpec pod, EphemeralSpec ephemeral, Supervisor supervisor)
      throws FlintException {
    this.pod = pod;
    this.ephemeral = ephemeral;
    if (!ephemeral.refusal().isEmpty()) {
      throw new FlintException(ErrorCode.UNSUPPORTED, ephemeral.refusal());
    }
    List<ContainerSpec> all = new ArrayList<>(pod.containers());
    all.addAll(pod.initContainers());
    for (ContainerSpec container : all) {
      InstanceId id = InstanceNames.of(pod.name(), container.name());
      supervisor
          .find(id)
          .filter(view -> pod.uid().equals(view.spec().labels().get(PodLabels.UID)))
          .ifPresent(instances::add);
    }
  }

  /**
   * The same instance, there.
   *
   * @throws FlintException NOT_FOUND if what it is to look into does not run, UNSUPPORTED for a
   *     guest
   */
  InstanceSpec put(InstanceSpec spec) throws FlintException {
    Map<String, String> labels = new TreeMap<>(spec.labels());
    labels.put(PodLabels.BACKEND, CONTAINERS);
    labels.put(PodLabels.BACKEND_FIELD, "spec.ephemeralContainers");
    InstanceSpec labelled = spec.withLabels(labels);
    Optional<InstanceView> target = target();
    if (target.isPresent()) {
      String id = target.get().spec().id().text();
      labelled = labelled.withExtras(spec.extras().withProcessesOf(id));
    }
    boolean own =
        !(spec.network() instanceof Network.Cni || spec.network() instanceof Network.None);
    if (own) {
      requireContainers();
      return labelled;
    }
    InstanceView peer = target.isPresent() ? target.get() : running();
    return labelled.withNetwork(new Network.Joined(peer.spec().id()));
  }

  private Optional<InstanceView> target() throws FlintException {
    if (ephemeral.target().isEmpty()) {
      return Optional.empty();
    }
    for (InstanceView view : instances) {
      if (ephemeral.target().equals(view.spec().labels().get(PodLabels.CONTAINER))) {
        if (!isContainer(view)) {
          throw guest("container " + ephemeral.target());
        }
        if (isRunning(view)) {
          return Optional.of(view);
        }
      }
    }
    throw refused(ErrorCode.NOT_FOUND, "container " + ephemeral.target() + " does not run");
  }

  private InstanceView running() throws FlintException {
    requireContainers();
    for (InstanceView view : instances) {
      if (isContainer(view) && isRunning(view)) {
        return view;
      }
    }
    throw refused(
        ErrorCode.NOT_FOUND, "no container of the pod runs, whose network it would share");
  }

  private void requireContainers() throws FlintException {
    if (instances.isEmpty()) {
      throw refused(ErrorCode.NOT_FOUND, "no container of the pod is made yet");
    }
    if (instances.stream().noneMatch(EphemeralPlace::isContainer)) {
      throw guest("the pod");
    }
  }

  private static boolean isContainer(InstanceView view) {
    return view.backend().equals(CONTAINERS);
  }

  private static boolean isRunning(InstanceView view) {
    return view.state().phase() == Phase.RUNNING;
  }

  private FlintException guest(String what) {
    return refused(
        ErrorCode.UNSUPPORTED,
        what + " is a guest with a kernel of its own, which no container can look into; use logs");
  }

  private FlintException refused(ErrorCode code, String why) {
    return new FlintException(
        code,
        "pod "
            + pod.name().name()
            + ": ephemeral container "
            + ephemeral.container().name()
            + ": "
            + why);
  }
}
