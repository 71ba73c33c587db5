/** Capstan's packages: folders, archives and what they require, as the root of a guest. */
@NullMarked
package dev.flint.capstan.pack;

import org.jspecify.annotations.NullMarked;
