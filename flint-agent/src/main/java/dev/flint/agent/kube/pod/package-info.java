/** Pods that an API server sends, and what it is told of them. */
@NullMarked
package dev.flint.agent.kube.pod;

import org.jspecify.annotations.NullMarked;
