/** Tests. */
@NullMarked
package dev.flint.bench.input;

import org.jspecify.annotations.NullMarked;
