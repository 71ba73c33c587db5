/** Images that others made of machines: which packaging it is, and where the files are in it. */
@NullMarked
package dev.flint.oci.foreignimage;

import org.jspecify.annotations.NullMarked;
