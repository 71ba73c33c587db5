/** What variants are made of: files of the host, found and checked, and whether they changed. */
@NullMarked
package dev.flint.build.input;

import org.jspecify.annotations.NullMarked;
