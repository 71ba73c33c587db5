/** Tests of {@code dev.flint.build.container}. */
@NullMarked
package dev.flint.build.container;

import org.jspecify.annotations.NullMarked;
