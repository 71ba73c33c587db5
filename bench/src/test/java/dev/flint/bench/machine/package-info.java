/** Tests. */
@NullMarked
package dev.flint.bench.machine;

import org.jspecify.annotations.NullMarked;
