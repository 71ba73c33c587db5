/** Tests of Capstan's packages. */
@NullMarked
package dev.flint.capstan.pack;

import org.jspecify.annotations.NullMarked;
