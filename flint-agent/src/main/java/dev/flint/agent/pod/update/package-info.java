/**
 * Changed pods: the old one runs until the images of the new one are there, and comes back if the
 * new one does not become well. No process, thread or clock of its own.
 */
@NullMarked
package dev.flint.agent.pod.update;

import org.jspecify.annotations.NullMarked;
