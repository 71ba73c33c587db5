/** Tests of {@code dev.flint.build.osv}. */
@NullMarked
package dev.flint.build.osv;

import org.jspecify.annotations.NullMarked;
