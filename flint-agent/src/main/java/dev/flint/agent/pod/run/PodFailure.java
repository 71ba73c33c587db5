package dev.flint.agent.pod.run;

/**
 * Why a pod has failed, whatever its containers end with.
 *
 * @param reason in one word of Kubernetes
 * @param message for people
 */
public record PodFailure(String reason, String message) {}
