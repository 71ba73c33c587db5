package dev.flint.agent.node;

import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.PodStatus;

/** A pod at one moment. */
public record PodView(PodSpec pod, PodStatus status) {}
