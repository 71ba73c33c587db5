/** Libraries of the system that are written in C, where they are found. */
@NullMarked
package dev.flint.oci.foreign;

import org.jspecify.annotations.NullMarked;
