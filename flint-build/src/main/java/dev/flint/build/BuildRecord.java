package dev.flint.build;

import dev.flint.oci.Descriptor;

/**
 * What is known of the last build of a variant.
 *
 * @param look of its inputs from outside; empty if that says nothing
 * @param content of its inputs
 * @param manifest that was made of them
 */
record BuildRecord(String look, String content, Descriptor manifest) {
  /** Whether the inputs look as they did, if that says anything. */
  boolean looksLike(String other) {
    return !look.isEmpty() && look.equals(other);
  }
}
