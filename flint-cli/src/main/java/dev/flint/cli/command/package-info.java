/** One class per command: options in, one call, the result printed. */
@NullMarked
package dev.flint.cli.command;

import org.jspecify.annotations.NullMarked;
