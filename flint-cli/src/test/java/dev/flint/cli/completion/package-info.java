/** Tests of what completion needs. */
@NullMarked
package dev.flint.cli.completion;

import org.jspecify.annotations.NullMarked;
