package dev.flint.agent.backend;

/**
 * What a run has taken so far; -1 where that is not known.
 *
 * @param cpuNanos processor time in nanoseconds
 * @param memoryBytes the host's memory it holds now
 * @param receivedBytes by its network
 * @param sentBytes by its network
 */
public record Usage(long cpuNanos, long memoryBytes, long receivedBytes, long sentBytes) {}
