/** Tests with plugins that are scripts; real ones are tested with containerd. */
@NullMarked
package dev.flint.agent.cni;

import org.jspecify.annotations.NullMarked;
