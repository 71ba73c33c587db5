/**
 * Unpacked images of a device, shared by its instances. Not for the agent itself, but its child.
 */
@NullMarked
package dev.flint.agent.image;

import org.jspecify.annotations.NullMarked;
