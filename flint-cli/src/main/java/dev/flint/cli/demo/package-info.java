/** The demo: a tiny guest of Flint's own and the road it takes. */
@NullMarked
package dev.flint.cli.demo;

import org.jspecify.annotations.NullMarked;
