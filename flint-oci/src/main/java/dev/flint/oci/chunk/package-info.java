/** Disks in chunks: where they are cut, and the table that says where in a layer each one is. */
@NullMarked
package dev.flint.oci.chunk;

import org.jspecify.annotations.NullMarked;
