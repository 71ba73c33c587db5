/** Inner loops, for JMH. */
@NullMarked
package dev.flint.bench.jmh;

import org.jspecify.annotations.NullMarked;
