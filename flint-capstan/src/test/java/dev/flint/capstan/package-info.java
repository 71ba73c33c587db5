/** Tests of the Capstan repository. */
@NullMarked
package dev.flint.capstan;

import org.jspecify.annotations.NullMarked;
