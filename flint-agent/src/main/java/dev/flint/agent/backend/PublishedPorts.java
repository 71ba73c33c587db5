package dev.flint.agent.backend;

import dev.flint.agent.instance.PortForward;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which ports of the host the kernel leads to which instance, for plugins of CNI. It does so before
 * anybody listens, so such a port looks free to {@link HostPorts}. One for all backends of an
 * agent. Thread-safe.
 */
public final class PublishedPorts {
  private static final int ATTEMPTS = 20;

  /** By instance. Guarded by this. */
  private final Map<String, List<PortForward>> all = new HashMap<>();

  /**
   * Chooses ports that are free, where none are chosen.
   *
   * @param id of the instance
   * @throws FlintException as {@link HostPorts#choose}
   */
  public synchronized List<PortForward> choose(String id, List<PortForward> ports)
      throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      List<PortForward> chosen = HostPorts.choose(ports);
      if (taken(id, chosen).isEmpty() || !isOpen(ports)) {
        return chosen;
      }
    }
    throw new FlintException(ErrorCode.LOCAL_IO, "no port of the host is free");
  }

  private static boolean isOpen(List<PortForward> ports) {
    for (PortForward port : ports) {
      if (port.hostPort() == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Makes sure that none is led to another instance.
   *
   * @throws FlintException LOCAL_IO that names the first that is
   */
  public synchronized void requireFree(String id, List<PortForward> ports) throws FlintException {
    String taken = taken(id, ports);
    if (!taken.isEmpty()) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, taken, "choose another port, or stop what has it");
    }
  }

  /**
   * Takes ports for an instance.
   *
   * @throws FlintException LOCAL_IO if another has one of them
   */
  public synchronized void claim(String id, List<PortForward> ports) throws FlintException {
    requireFree(id, ports);
    adopt(id, ports);
  }

  /** Takes ports that an instance has already. */
  public synchronized void adopt(String id, List<PortForward> ports) {
    if (!ports.isEmpty()) {
      all.put(id, ports);
    }
  }

  /** Gives back all that an instance has. */
  public synchronized void release(String id) {
    all.remove(id);
  }

  /** What is in the way, or empty. */
  private String taken(String id, List<PortForward> ports) {
    for (Map.Entry<String, List<PortForward>> other : all.entrySet()) {
      for (PortForward port : ports) {
        if (!other.getKey().equals(id) && HostPorts.meets(other.getValue(), port)) {
          return "port "
              + port.hostPort()
              + "/"
              + port.protocol().name().toLowerCase(Locale.ROOT)
              + " of "
              + port.hostAddress()
              + " leads to "
              + other.getKey();
        }
      }
    }
    return "";
  }
}
