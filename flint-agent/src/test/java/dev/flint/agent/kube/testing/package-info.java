/**
 * A Kubernetes API server in memory, for tests and measurements of what speaks to one: {@link
 * dev.flint.agent.kube.testing.FakeApiServer}. It does what the real one was seen to do on the
 * wire, including what is hard to make a real one do.
 */
@NullMarked
package dev.flint.agent.kube.testing;

import org.jspecify.annotations.NullMarked;
