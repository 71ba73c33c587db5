/** Typed progress events of long operations. */
@NullMarked
package dev.flint.oci.progress;

import org.jspecify.annotations.NullMarked;
