/** The image layer that carries one disk: tar and compression, both ways. */
@NullMarked
package dev.flint.oci.layer;

import org.jspecify.annotations.NullMarked;
