/** Disk image files made of other ones. */
@NullMarked
package dev.flint.oci.convert;

import org.jspecify.annotations.NullMarked;
