/** One build file, every variant of an image: containers and guests. */
@NullMarked
package dev.flint.build;

import org.jspecify.annotations.NullMarked;
