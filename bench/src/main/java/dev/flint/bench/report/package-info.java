/** Figures and their table. */
@NullMarked
package dev.flint.bench.report;

import org.jspecify.annotations.NullMarked;
