/** What instances write, kept as CRI log files, and read again. */
@NullMarked
package dev.flint.agent.log;

import org.jspecify.annotations.NullMarked;
