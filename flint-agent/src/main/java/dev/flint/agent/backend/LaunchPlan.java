package dev.flint.agent.backend;

import dev.flint.oci.json.JsonObject;

/**
 * All that a start needs, decided beforehand: nothing is started from anything else. It is what
 * {@code --dry-run} prints and what the instance's folder keeps, and a start from the kept plan is
 * the same start.
 *
 * @param document without secrets that are not also in the instance's spec
 */
public record LaunchPlan(JsonObject document) {}
