/** Tests. */
@NullMarked
package dev.flint.bench.job;

import org.jspecify.annotations.NullMarked;
