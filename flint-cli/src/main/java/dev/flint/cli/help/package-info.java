/** How help and wrong usage are told. */
@NullMarked
package dev.flint.cli.help;

import org.jspecify.annotations.NullMarked;
