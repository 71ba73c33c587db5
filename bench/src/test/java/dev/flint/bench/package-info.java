/** Tests. */
@NullMarked
package dev.flint.bench;

import org.jspecify.annotations.NullMarked;
