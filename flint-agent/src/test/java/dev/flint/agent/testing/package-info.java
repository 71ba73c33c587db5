/** What tests of the agent share. */
@NullMarked
package dev.flint.agent.testing;

import org.jspecify.annotations.NullMarked;
