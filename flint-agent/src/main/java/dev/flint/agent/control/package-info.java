/** How the command line talks to the agent: JSON lines over a unix socket. */
@NullMarked
package dev.flint.agent.control;

import org.jspecify.annotations.NullMarked;
