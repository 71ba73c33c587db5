/** The pipelines of examples/ci: checked by linters, and run. */
@NullMarked
package dev.flint.cli.ci;

import org.jspecify.annotations.NullMarked;
