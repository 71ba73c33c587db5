/** What a person sees: results, progress and errors. */
@NullMarked
package dev.flint.cli.console;

import org.jspecify.annotations.NullMarked;
