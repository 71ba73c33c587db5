/** Runs the pods of a folder: the loop between pod files, images and supervised instances. */
@NullMarked
package dev.flint.agent.node;

import org.jspecify.annotations.NullMarked;
