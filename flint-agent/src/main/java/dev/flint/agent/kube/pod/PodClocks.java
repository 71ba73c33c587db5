package dev.flint.agent.kube.pod;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clocks by which pods are told of.
 *
 * @param wall for times that are told; it may jump
 * @param millis for when to do what; it only goes on
 */
record PodClocks(InstantSource wall, LongSupplier millis) {}
