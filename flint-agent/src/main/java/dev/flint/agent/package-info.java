/** The agent: one process for all instances of a state folder. */
@NullMarked
package dev.flint.agent;

import org.jspecify.annotations.NullMarked;
