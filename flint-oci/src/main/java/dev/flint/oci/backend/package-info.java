/** The kinds of images there are: what files they have and what runs them. A table. */
@NullMarked
package dev.flint.oci.backend;

import org.jspecify.annotations.NullMarked;
