/** Getting only those chunks of a layer that are not on this machine yet. */
@NullMarked
package dev.flint.oci.delta;

import org.jspecify.annotations.NullMarked;
