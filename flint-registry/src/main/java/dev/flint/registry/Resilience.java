package dev.flint.registry;

/**
 * How one registry's faults are met.
 *
 * @param uploads those of the whole client, to be ended when it ends
 */
record Resilience(Retries retries, HostMemory memory, UploadsUnderWay uploads) {}
