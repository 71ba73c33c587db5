/** Tests. */
@NullMarked
package dev.flint.cli.command;

import org.jspecify.annotations.NullMarked;
