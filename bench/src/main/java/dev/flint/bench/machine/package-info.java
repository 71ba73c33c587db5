/** Running and timing processes, a registry, and a link that counts. */
@NullMarked
package dev.flint.bench.machine;

import org.jspecify.annotations.NullMarked;
