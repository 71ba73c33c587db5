/**
 * Layers of container images as folders that overlayfs can put on each other. Made for a process
 * that lives for one pull: it loads libraries that a running agent should not.
 */
@NullMarked
package dev.flint.agent.rootfs;

import org.jspecify.annotations.NullMarked;
