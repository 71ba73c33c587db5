/** Tests of the whole program. */
@NullMarked
package dev.flint.cli;

import org.jspecify.annotations.NullMarked;
