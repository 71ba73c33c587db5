package dev.flint.agent.kube.serve;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.node.PodReport;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.qemu.QemuBackend;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The containers of pods, by the names they have in a path. Thread-safe. */
final class PodContainers {
  /** The backend that runs programs on the kernel of this host. */
  static final String CONTAINERS = "containerd";

  private static final String SPDY =
      "not supported by this node over SPDY (API servers before 1.36 ask for that)";

  private final PodReport pods;
  private final Supervisor supervisor;
  private final String mirror;

  /**
   * Of a node.
   *
   * @param node its name
   */
  PodContainers(PodReport pods, Supervisor supervisor, String node) {
    this.pods = pods;
    this.supervisor = supervisor;
    this.mirror = "-" + node;
  }

  /**
   * A path with the name that a pod has here: those of files are shown in the API server by names
   * with the node's at the end.
   *
   * @param path namespace, pod and more
   */
  List<String> own(List<String> path) {
    String name = path.get(1);
    if (!name.endsWith(mirror) || pod(path.get(0), name).isPresent()) {
      return path;
    }
    List<String> other = new ArrayList<>(path);
    other.set(1, name.substring(0, name.length() - mirror.length()));
    Optional<PodSpec> shown = pod(path.get(0), other.get(1));
    return shown.isPresent() && shown.get().origin() == PodOrigin.FILE ? other : path;
  }

  /**
   * Whether a pod has such a container, running or not.
   *
   * @param path namespace, pod and container
   */
  boolean isKnown(List<String> path) {
    Optional<PodSpec> pod = pod(path.get(0), path.get(1));
    return pod.isPresent() && hasContainer(pod.get(), path.get(2));
  }

  /**
   * Whether there is such a pod here.
   *
   * @param path namespace and pod, maybe more
   */
  boolean hasPod(List<String> path) {
    return pod(path.get(0), path.get(1)).isPresent();
  }

  private static boolean hasContainer(PodSpec pod, String name) {
    for (ContainerSpec container : pod.everyContainer()) {
      if (container.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private Optional<PodSpec> pod(String namespace, String name) {
    for (PodView view : pods.pods()) {
      PodSpec pod = view.pod();
      if (pod.name().namespace().equals(namespace) && pod.name().name().equals(name)) {
        return Optional.of(pod);
      }
    }
    return Optional.empty();
  }

  /**
   * The pod of a page that reaches into it.
   *
   * @param names how many names follow the namespace; what there is more is the uid
   */
  private PodSpec pod(List<String> path, int names) throws FlintException {
    Optional<PodSpec> pod = pod(path.get(0), path.get(1));
    boolean isOne = path.size() > 1 + names;
    if (pod.isEmpty() || (isOne && !pod.get().uid().equals(path.get(2)))) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "there is no pod of this name" + (isOne ? " and uid" : ""));
    }
    return pod.get();
  }

  /**
   * Says in one line why a page that reaches into a pod is not there; kubectl shows it.
   *
   * @param path namespace, pod, perhaps its uid, and container if the page is of one
   * @param socket whether a WebSocket is asked for, and not SPDY
   * @param input whether something is to be said to the container
   * @return empty if it is there
   * @throws FlintException NOT_FOUND if there is no such pod or container
   */
  String whyNot(Page page, List<String> path, boolean socket, boolean input) throws FlintException {
    PodSpec pod = pod(path, page == Page.FORWARD ? 1 : 2);
    if (page == Page.FORWARD) {
      return socket ? "" : "port-forward: " + SPDY + "; use the pod's address or hostPort";
    }
    String container = path.get(path.size() - 1);
    if (!hasContainer(pod, container)) {
      throw new FlintException(ErrorCode.NOT_FOUND, "the pod has no container of this name");
    }
    Optional<InstanceView> instance = instance(pod, container);
    String word = page == Page.EXEC ? "exec" : "attach";
    if (instance.isEmpty() || instance.get().state().phase() != Phase.RUNNING) {
      return word + ": the container does not run";
    }
    boolean guest = !instance.get().backend().equals(CONTAINERS);
    if (guest && (page == Page.EXEC || input || !socket)) {
      String kind = instance.get().backend().equals(QemuBackend.NAME) ? "an OSv guest" : "a guest";
      return page == Page.EXEC
          ? "exec: nothing can be run in " + kind + "; use logs"
          : "attach: " + kind + " takes no input; use logs -f";
    }
    if (page == Page.ATTACH && input && !takesInput(instance.get())) {
      return "attach: the container takes no input (stdin is not true); attach without -i, or use exec";
    }
    String instead = page == Page.EXEC ? "on it use flint exec" : "use logs -f";
    return socket ? "" : word + ": " + SPDY + "; " + instead;
  }

  private static boolean takesInput(InstanceView instance) {
    return instance.spec().extras().interaction().stdin();
  }

  /**
   * The instance of a container that runs, or has run.
   *
   * @throws FlintException NOT_FOUND if there is none
   */
  InstanceId find(List<String> path) throws FlintException {
    Optional<InstanceView> instance = instance(pod(path, 2), path.get(path.size() - 1));
    if (instance.isEmpty()) {
      throw new FlintException(ErrorCode.NOT_FOUND, "the container does not run");
    }
    return instance.get().spec().id();
  }

  private Optional<InstanceView> instance(PodSpec pod, String container) {
    for (InstanceView instance : all(pod)) {
      if (container.equals(instance.spec().labels().get(PodLabels.CONTAINER))) {
        return Optional.of(instance);
      }
    }
    return Optional.empty();
  }

  private List<InstanceView> all(PodSpec pod) {
    List<InstanceView> all = new ArrayList<>();
    for (InstanceView instance : supervisor.list()) {
      if (pod.uid().equals(instance.spec().labels().get(PodLabels.UID))) {
        all.add(instance);
      }
    }
    return all;
  }

  /**
   * How the ports of a pod are reached.
   *
   * @throws FlintException NOT_FOUND if there is no such pod
   */
  PodPorts ports(List<String> path) throws FlintException {
    PodSpec pod = pod(path, 1);
    return new PodPorts(pod, () -> all(pod));
  }
}
