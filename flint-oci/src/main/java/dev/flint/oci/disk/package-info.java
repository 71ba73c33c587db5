/** Disk image files: what they are, whether they are safe, and how to read and write them. */
@NullMarked
package dev.flint.oci.disk;

import org.jspecify.annotations.NullMarked;
