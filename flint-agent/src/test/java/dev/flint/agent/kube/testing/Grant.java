package dev.flint.agent.kube.testing;

/**
 * One thing that a role allows.
 *
 * @param group the API group; empty for the core
 * @param resource for example {@code pods} or {@code pods/status}
 * @param verb for example {@code patch}
 */
public record Grant(String group, String resource, String verb) {}
