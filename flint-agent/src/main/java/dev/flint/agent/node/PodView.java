package dev.flint.agent.node;

import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.update.UpdateStatus;

/**
 * A pod at one moment.
 *
 * @param pod what runs, which need not be what its file says
 * @param ended whether it was to end for good, and nothing of it runs any more
 */
public record PodView(PodSpec pod, PodStatus status, UpdateStatus update, boolean ended) {}
