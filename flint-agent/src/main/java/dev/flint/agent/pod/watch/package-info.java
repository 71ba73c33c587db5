/** A folder of Pod documents, watched. */
@NullMarked
package dev.flint.agent.pod.watch;

import org.jspecify.annotations.NullMarked;
