/** Templates for {@code --output}: the part of Go's text/template that such templates use. */
@NullMarked
package dev.flint.cli.template;

import org.jspecify.annotations.NullMarked;
