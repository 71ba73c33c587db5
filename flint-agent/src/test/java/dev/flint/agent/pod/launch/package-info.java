/** From a pod to instances: its environment, its volumes, its names. */
@NullMarked
package dev.flint.agent.pod.launch;

import org.jspecify.annotations.NullMarked;
