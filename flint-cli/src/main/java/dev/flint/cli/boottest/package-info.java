/** Whether an image boots and does what it should: {@code flint boot-test}. */
@NullMarked
package dev.flint.cli.boottest;

import org.jspecify.annotations.NullMarked;
