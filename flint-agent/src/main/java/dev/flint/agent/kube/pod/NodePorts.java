package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PortSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Ports of the host that pods ask for, as the scheduler and a kubelet compare them. */
final class NodePorts {
  private static final String ANY = "0.0.0.0";

  private NodePorts() {}

  /** Whether no other pod has one that a pod asks for. */
  static boolean areFree(PodSpec pod, Collection<PodSpec> others) {
    List<PortSpec> wanted = of(pod);
    if (wanted.isEmpty()) {
      return true;
    }
    for (PodSpec other : others) {
      for (PortSpec taken : of(other)) {
        if (wanted.stream().anyMatch(wish -> collide(wish, taken))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Init containers have ended by the time that others listen, unless they are sidecars. */
  private static List<PortSpec> of(PodSpec pod) {
    List<PortSpec> ports = new ArrayList<>();
    for (ContainerSpec container : pod.allContainers()) {
      if (container.sidecar() || pod.containers().contains(container)) {
        for (PortSpec port : container.ports()) {
          if (port.hostPort() > 0) {
            ports.add(port);
          }
        }
      }
    }
    return ports;
  }

  private static boolean collide(PortSpec one, PortSpec other) {
    return one.hostPort() == other.hostPort()
        && one.protocol() == other.protocol()
        && (one.hostAddress().equals(ANY)
            || other.hostAddress().equals(ANY)
            || one.hostAddress().equals(other.hostAddress()));
  }
}
