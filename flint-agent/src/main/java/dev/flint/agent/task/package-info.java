/**
 * What the agent has done by processes of their own, whose memory is gone with them: the only part
 * of it that speaks to registries.
 */
@NullMarked
package dev.flint.agent.task;

import org.jspecify.annotations.NullMarked;
