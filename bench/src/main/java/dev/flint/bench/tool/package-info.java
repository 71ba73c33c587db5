/** How each tool is asked to do the same work. */
@NullMarked
package dev.flint.bench.tool;

import org.jspecify.annotations.NullMarked;
