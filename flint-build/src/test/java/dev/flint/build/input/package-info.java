/** Tests of {@code dev.flint.build.input}. */
@NullMarked
package dev.flint.build.input;

import org.jspecify.annotations.NullMarked;
