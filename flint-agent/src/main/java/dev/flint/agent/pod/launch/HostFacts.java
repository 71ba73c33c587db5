package dev.flint.agent.pod.launch;

import java.util.function.Supplier;

/**
 * What pods may know of the device.
 *
 * @param nodeName its name
 * @param place says its IP address as it is now, or empty if it has none; thread-safe
 * @param cpus processors
 * @param memoryBytes memory
 */
public record HostFacts(String nodeName, Supplier<String> place, int cpus, long memoryBytes) {
  /** Of a device whose address stays. */
  public HostFacts(String nodeName, String address, int cpus, long memoryBytes) {
    this(nodeName, () -> address, cpus, memoryBytes);
  }

  /** Its IP address, or empty if it has none; another one tomorrow. */
  public String address() {
    return place.get();
  }
}
