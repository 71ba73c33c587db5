/** The seam between the agent and what runs a kind of image. */
@NullMarked
package dev.flint.agent.backend;

import org.jspecify.annotations.NullMarked;
