package dev.flint.agent.pod.launch;

import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.GuestAddress;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PortSpec;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.agent.pod.VolumeMount;
import dev.flint.agent.pod.VolumeSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The containers of a pod as instances. Whether one is started again is the pod's matter, so the
 * instances themselves are not.
 */
public final class PodInstances {
  private static final String ACCESS = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String LOOPBACK = "127.0.0.1";

  private final PodSpec pod;
  private final ConfigObjects objects;
  private final HostFacts host;

  /** Of one pod. */
  public PodInstances(PodSpec pod, ConfigObjects objects, HostFacts host) {
    this.pod = pod;
    this.objects = objects;
    this.host = host;
  }

  /**
   * One instance per container, init containers first.
   *
   * @param volumes from {@link Volumes#prepare}
   * @throws FlintException NOT_FOUND or PROTOCOL with the container's name, for one that cannot be
   *     made as things are
   */
  public List<InstanceSpec> all(Map<String, Path> volumes) throws IOException {
    List<InstanceSpec> out = new ArrayList<>();
    for (ContainerSpec container : pod.initContainers()) {
      out.add(one(container, volumes));
    }
    for (ContainerSpec container : pod.containers()) {
      out.add(one(container, volumes));
    }
    return out;
  }

  /** The instance of one container. */
  public InstanceSpec one(ContainerSpec container, Map<String, Path> volumes) throws IOException {
    Network network = NetworkChoice.of(pod);
    Map<String, String> env =
        new Environment(new PodValues(pod, host), container, objects).resolve();
    return new InstanceSpec(
        InstanceNames.of(pod.name(), container.name()),
        container.image(),
        Expansion.expand(container.command(), env),
        Expansion.expand(container.args(), env),
        env,
        container.workingDir(),
        container.resources(),
        network,
        ports(container, network),
        mounts(container, volumes),
        RestartRule.NEVER,
        pod.stopGrace(),
        labels(container),
        container.security(),
        new Extras(
            pod.hostAliases(),
            container.lastWords().file(),
            container.lastWords().ofLog(),
            pod.hostName(),
            container.interaction()));
  }

  private Map<String, String> labels(ContainerSpec container) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(PodLabels.NAMESPACE, pod.name().namespace());
    labels.put(PodLabels.POD, pod.name().name());
    labels.put(PodLabels.CONTAINER, container.name());
    labels.put(PodLabels.UID, pod.uid());
    labels.put(PodLabels.DIGEST, pod.digest().toString());
    if (!pod.backend().backend().isEmpty()) {
      labels.put(PodLabels.BACKEND, pod.backend().backend());
      labels.put(PodLabels.BACKEND_FIELD, pod.backend().field());
    }
    return labels;
  }

  /**
   * A port opens only by its hostPort. What a probe wants to reach is opened on loopback, at a port
   * that is chosen later; an instance on the host's network needs no such port, nor does one with
   * an address of its own.
   */
  private List<PortForward> ports(ContainerSpec container, Network network) throws FlintException {
    List<PortForward> out = new ArrayList<>();
    for (PortSpec port : container.ports()) {
      if (port.hostPort() > 0) {
        out.add(
            new PortForward(
                port.hostAddress(), port.hostPort(), port.containerPort(), port.protocol()));
      }
    }
    for (ProbeSpec.Kind kind : ProbeSpec.Kind.values()) {
      ProbeSpec probe = container.probe(kind).orElse(null);
      int port = probe == null ? 0 : portOf(probe.handler());
      if (port > 0 && !isAddressed(container, network) && !isForwarded(out, port)) {
        out.add(new PortForward(LOOPBACK, 0, port, PortForward.Protocol.TCP));
      }
    }
    return out;
  }

  /** Whether the host reaches it by an address of its own. */
  private boolean isAddressed(ContainerSpec container, Network network) throws FlintException {
    if (network instanceof Network.Tap tap) {
      requireKnown(container, tap.address());
      return true;
    }
    if (network instanceof Network.Bridge bridge) {
      requireKnown(container, bridge.address());
      return true;
    }
    return network instanceof Network.Cni;
  }

  private void requireKnown(ContainerSpec container, GuestAddress address) throws FlintException {
    if (!address.isFixed()) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          "pod "
              + pod.name().name()
              + ": container "
              + container.name()
              + ": nobody knows at which address to probe it: write ,ip=ADDRESS/BITS after the device,"
              + " or a host into the probe");
    }
  }

  private static int portOf(ProbeSpec.Handler handler) {
    if (handler instanceof ProbeSpec.Http http) {
      return http.host().isEmpty() ? http.port() : 0;
    }
    return handler instanceof ProbeSpec.Tcp tcp && tcp.host().isEmpty() ? tcp.port() : 0;
  }

  private static boolean isForwarded(List<PortForward> forwards, int port) {
    for (PortForward forward : forwards) {
      if (forward.guestPort() == port && forward.protocol() == PortForward.Protocol.TCP) {
        return true;
      }
    }
    return false;
  }

  private List<Mount> mounts(ContainerSpec container, Map<String, Path> volumes)
      throws IOException {
    List<Mount> out = new ArrayList<>();
    for (VolumeMount mount : container.mounts()) {
      VolumeSpec volume = volume(mount.volume());
      Path root = volumes.get(mount.volume());
      if (root == null) {
        throw new IllegalArgumentException("no such volume: " + mount.volume());
      }
      try {
        boolean files = volume instanceof VolumeSpec.Files;
        boolean all = mount.subPath().isEmpty();
        Path source =
            files && !all
                ? SubPath.inFiles(root, mount.subPath())
                : SubPath.resolve(root, mount.subPath());
        Mount.Kind kind = isAccess(mount, files) ? Mount.Kind.ACCESS : kind(volume);
        out.add(new Mount(source, mount.path(), mount.readOnly() || files, kind));
      } catch (FlintException e) {
        throw new FlintException(
            e.code(),
            "pod "
                + pod.name().name()
                + ": container "
                + container.name()
                + ": volume "
                + mount.volume()
                + ": "
                + e.getMessage(),
            e);
      }
    }
    return out;
  }

  /** What the API server adds to all pods, by the path that is kept for it. */
  private boolean isAccess(VolumeMount mount, boolean files) {
    return files && pod.origin() == PodOrigin.API && mount.path().equals(ACCESS);
  }

  private VolumeSpec volume(String name) throws FlintException {
    for (VolumeSpec volume : pod.volumes()) {
      if (volume.name().equals(name)) {
        return volume;
      }
    }
    throw new FlintException(ErrorCode.NOT_FOUND, "pod " + pod.name().name() + ": volume " + name);
  }

  private Mount.Kind kind(VolumeSpec volume) {
    if (volume instanceof VolumeSpec.EmptyDir) {
      return Mount.Kind.SCRATCH;
    }
    for (String name : pod.annotations().getOrDefault(PodSpec.VIRTIOFS, "").split(",", -1)) {
      if (name.strip().equals(volume.name())) {
        return Mount.Kind.LIVE;
      }
    }
    return Mount.Kind.COPY;
  }
}
