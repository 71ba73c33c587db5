/** The Capstan image repository on disk: names, metadata, finding, listing and atomic writing. */
@NullMarked
package dev.flint.capstan;

import org.jspecify.annotations.NullMarked;
