/** Scripts that complete command lines in shells, written of what the commands take. */
@NullMarked
package dev.flint.cli.completion;

import org.jspecify.annotations.NullMarked;
