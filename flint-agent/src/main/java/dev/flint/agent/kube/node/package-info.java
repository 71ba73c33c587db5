/** This device as a Node of Kubernetes: its object, its conditions and its lease. */
@NullMarked
package dev.flint.agent.kube.node;

import org.jspecify.annotations.NullMarked;
