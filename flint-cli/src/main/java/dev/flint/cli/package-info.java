/** The program: entry point, the one place where everything is put together, exit codes. */
@NullMarked
package dev.flint.cli;

import org.jspecify.annotations.NullMarked;
