/** Compressing whole chunks: gzip by the JDK or by libdeflate, and zstd. */
@NullMarked
package dev.flint.oci.codec;

import org.jspecify.annotations.NullMarked;
