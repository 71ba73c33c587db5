/** Moving images between places: a layout, a registry repository. */
@NullMarked
package dev.flint.oci.transfer;

import org.jspecify.annotations.NullMarked;
