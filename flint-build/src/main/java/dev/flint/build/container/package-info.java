/**
 * Container images: jib builds the layers, Flint puts them on the base. The only package that knows
 * jib.
 */
@NullMarked
package dev.flint.build.container;

import org.jspecify.annotations.NullMarked;
