@NullMarked
package dev.flint.cli.boottest;

import org.jspecify.annotations.NullMarked;
