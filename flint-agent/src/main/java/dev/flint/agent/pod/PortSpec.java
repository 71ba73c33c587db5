package dev.flint.agent.pod;

import dev.flint.agent.instance.PortForward;

/**
 * A port that a container listens on.
 *
 * @param name or empty
 * @param hostPort the host's port that leads there, or 0 for none
 * @param hostAddress an address of the host; {@code 0.0.0.0} if none was said
 */
public record PortSpec(
    String name,
    int containerPort,
    int hostPort,
    String hostAddress,
    PortForward.Protocol protocol) {}
