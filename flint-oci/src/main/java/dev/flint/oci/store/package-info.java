/** An OCI image layout on disk and the one door through which bytes enter it. */
@NullMarked
package dev.flint.oci.store;

import org.jspecify.annotations.NullMarked;
