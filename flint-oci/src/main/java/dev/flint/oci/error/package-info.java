/** The one checked failure of Flint and its categories. Imports nothing; imported by all. */
@NullMarked
package dev.flint.oci.error;

import org.jspecify.annotations.NullMarked;
