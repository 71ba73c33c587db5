/** The build file: what it says as records, and its strict reader (docs/build.md). */
@NullMarked
package dev.flint.build.file;

import org.jspecify.annotations.NullMarked;
