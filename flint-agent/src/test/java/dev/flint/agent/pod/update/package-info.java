/** Tests of changed pods. */
@NullMarked
package dev.flint.agent.pod.update;

import org.jspecify.annotations.NullMarked;
