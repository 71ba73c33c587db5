/** Tests of {@code dev.flint.build}. */
@NullMarked
package dev.flint.build;

import org.jspecify.annotations.NullMarked;
