package dev.flint.agent.kube.serve;

import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.agent.kube.stream.Dialer;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PortSpec;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/**
 * The ports of a pod, as this host reaches them: at the address of a container or guest that has
 * one, else at the port of the host that leads to it. What is on the host's own network is reached
 * only at ports that the pod names: who may see a pod may not see all of the host. Thread-safe.
 */
final class PodPorts implements Dialer {
  private static final int MILLIS = 10_000;
  private static final String ALL = "0.0.0.0";
  private static final String LOOPBACK = "127.0.0.1";

  private final PodSpec pod;
  private final Supplier<List<InstanceView>> instances;

  /**
   * Of a pod.
   *
   * @param instances all of its own, now
   */
  PodPorts(PodSpec pod, Supplier<List<InstanceView>> instances) {
    this.pod = pod;
    this.instances = instances;
  }

  @Override
  public Socket dial(int port) throws IOException {
    InetSocketAddress address = address(port);
    Socket socket = new Socket();
    boolean connected = false;
    try {
      socket.connect(address, MILLIS);
      socket.setTcpNoDelay(true);
      connected = true;
      return socket;
    } finally {
      if (!connected) {
        socket.close();
      }
    }
  }

  /** Who names the port comes before who just has an address. */
  InetSocketAddress address(int port) throws IOException {
    InetSocketAddress other = null;
    for (InstanceView instance : instances.get()) {
      if (instance.state().phase() != Phase.RUNNING) {
        continue;
      }
      for (PortForward forward : instance.spec().ports()) {
        if (forward.guestPort() == port && forward.protocol() == Protocol.TCP) {
          String host = forward.hostAddress().equals(ALL) ? LOOPBACK : forward.hostAddress();
          InetSocketAddress published = at(host, forward.hostPort());
          require(isOfHost(published.getAddress()), host);
          return published;
        }
      }
      String own = instance.state().address();
      boolean named = isNamed(instance, port);
      if (named && (!own.isEmpty() || isOnHost(instance))) {
        return own.isEmpty() ? at(LOOPBACK, port) : atPod(own, port);
      }
      other = own.isEmpty() || other != null ? other : atPod(own, port);
    }
    if (other == null) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "nothing of the pod that runs is reached at port "
              + port
              + ": name it as a containerPort, and for a guest give it a hostPort");
    }
    return other;
  }

  /** An address, never a name. */
  private static InetSocketAddress at(String address, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByName(address), port);
  }

  /** Whoever writes a pod may give it an address that is not its own. */
  private static InetSocketAddress atPod(String address, int port) throws IOException {
    InetSocketAddress at = at(address, port);
    InetAddress own = at.getAddress();
    boolean elsewhere =
        own.isLinkLocalAddress() || own.isMulticastAddress() || own.isAnyLocalAddress();
    require(!elsewhere && !own.isLoopbackAddress() && !isOfHost(own), address);
    return at;
  }

  private static boolean isOfHost(InetAddress address) throws IOException {
    return NetworkInterface.getByInetAddress(address) != null;
  }

  private static void require(boolean right, String address) throws FlintException {
    if (!right) {
      throw new FlintException(
          ErrorCode.POLICY, address + " is no address that ports of pods are forwarded to");
    }
  }

  private static boolean isOnHost(InstanceView instance) {
    return instance.backend().equals(PodContainers.CONTAINERS);
  }

  private boolean isNamed(InstanceView instance, int port) {
    String name = instance.spec().labels().getOrDefault(PodLabels.CONTAINER, "");
    for (ContainerSpec container : pod.containers()) {
      if (container.name().equals(name)) {
        for (PortSpec one : container.ports()) {
          if (one.containerPort() == port && one.protocol() == Protocol.TCP) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
