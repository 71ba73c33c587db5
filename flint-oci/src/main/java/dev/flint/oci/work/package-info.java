/** Work shared by threads. */
@NullMarked
package dev.flint.oci.work;

import org.jspecify.annotations.NullMarked;
