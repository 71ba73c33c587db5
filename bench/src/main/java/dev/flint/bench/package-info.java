/** Measures Flint against other tools on one machine and writes what came out. */
@NullMarked
package dev.flint.bench;

import org.jspecify.annotations.NullMarked;
