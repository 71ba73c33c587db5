/** Tests of what is shipped around the program: launcher, completions, manual pages, licences. */
@NullMarked
package dev.flint.cli.dist;

import org.jspecify.annotations.NullMarked;
