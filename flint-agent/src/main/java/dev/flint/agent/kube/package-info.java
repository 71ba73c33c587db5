/** The agent as a node of Kubernetes. Loaded only if it is one. */
@NullMarked
package dev.flint.agent.kube;

import org.jspecify.annotations.NullMarked;
