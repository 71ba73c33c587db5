/**
 * Wire JSON, strict and bounded. The only package that knows Jackson; none of its types leave it.
 */
@NullMarked
package dev.flint.oci.json;

import org.jspecify.annotations.NullMarked;
