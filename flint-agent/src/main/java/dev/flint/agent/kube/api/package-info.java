/** The API of Kubernetes over HTTP, as far as a node needs it. */
@NullMarked
package dev.flint.agent.kube.api;

import org.jspecify.annotations.NullMarked;
