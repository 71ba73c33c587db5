/** Making an image from a disk and getting the disk back from an image. */
@NullMarked
package dev.flint.oci.image;

import org.jspecify.annotations.NullMarked;
