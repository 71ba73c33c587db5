package dev.flint.agent.pod.launch;

/**
 * What pods may know of the device.
 *
 * @param nodeName its name
 * @param address its IP address, or empty if it has none
 * @param cpus processors
 * @param memoryBytes memory
 */
public record HostFacts(String nodeName, String address, int cpus, long memoryBytes) {}
