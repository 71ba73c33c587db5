/** Whether an instance is well: probes, and what their results mean. */
@NullMarked
package dev.flint.agent.probe;

import org.jspecify.annotations.NullMarked;
