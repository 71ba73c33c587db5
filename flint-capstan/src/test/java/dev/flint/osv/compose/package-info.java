/** Tests of composed disks. */
@NullMarked
package dev.flint.osv.compose;

import org.jspecify.annotations.NullMarked;
