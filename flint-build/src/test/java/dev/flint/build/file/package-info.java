/** Tests of {@code dev.flint.build.file}. */
@NullMarked
package dev.flint.build.file;

import org.jspecify.annotations.NullMarked;
