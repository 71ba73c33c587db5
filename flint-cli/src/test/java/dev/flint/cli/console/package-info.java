/** Tests of what a person sees. */
@NullMarked
package dev.flint.cli.console;

import org.jspecify.annotations.NullMarked;
