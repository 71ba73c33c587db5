package dev.flint.agent.backend;

/**
 * What a backend runs images by, as it is on this host.
 *
 * @param name {@code containerd}, {@code qemu}
 * @param version for example {@code 1.6.20}
 * @param acceleration what executes instructions of guests: {@code kvm} or {@code tcg}; empty where
 *     there are none
 */
public record Engine(String name, String version, String acceleration) {}
