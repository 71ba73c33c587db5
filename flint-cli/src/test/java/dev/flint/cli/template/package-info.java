@NullMarked
package dev.flint.cli.template;

import org.jspecify.annotations.NullMarked;
