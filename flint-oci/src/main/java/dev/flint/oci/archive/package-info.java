/** Images outside the store: layout folders, archives, and copying between any two places. */
@NullMarked
package dev.flint.oci.archive;

import org.jspecify.annotations.NullMarked;
