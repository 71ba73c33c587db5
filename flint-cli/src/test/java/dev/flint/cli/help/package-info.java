@NullMarked
package dev.flint.cli.help;

import org.jspecify.annotations.NullMarked;
