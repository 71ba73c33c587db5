/** Tests of the OSv disk reader. */
@NullMarked
package dev.flint.osv;

import org.jspecify.annotations.NullMarked;
