/** The least that the work can take: reading, hashing, deflating and a loopback copy. */
@NullMarked
package dev.flint.bench.floor;

import org.jspecify.annotations.NullMarked;
