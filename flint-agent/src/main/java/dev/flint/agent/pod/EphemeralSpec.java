package dev.flint.agent.pod;

/**
 * A container that was added to a pod that ran already, to look into it (core/v1
 * EphemeralContainer). It is started once, and what becomes of it says nothing of its pod.
 *
 * @param container of one that is refused only name and image
 * @param target the container whose processes it sees; empty if it sees only its own
 * @param refusal why it cannot be run here; empty if it can
 */
public record EphemeralSpec(ContainerSpec container, String target, String refusal) {}
