/** The disks that are packed and fetched, made of real files of the machine. */
@NullMarked
package dev.flint.bench.input;

import org.jspecify.annotations.NullMarked;
