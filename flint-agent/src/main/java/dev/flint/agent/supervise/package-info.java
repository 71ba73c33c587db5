/** Keeps instances as they are wanted: the only one who starts and stops them. */
@NullMarked
package dev.flint.agent.supervise;

import org.jspecify.annotations.NullMarked;
