package dev.flint.bench.machine;

/**
 * What one run took.
 *
 * @param wall seconds from start to end
 * @param cpu seconds of user and system time of all its processes
 * @param peakMemory the resident set of its largest process, in bytes
 */
public record Measured(double wall, double cpu, long peakMemory) {}
