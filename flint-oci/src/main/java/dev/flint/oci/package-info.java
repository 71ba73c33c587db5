/**
 * The vocabulary of OCI images: digests, references, descriptors and read-only views of documents.
 */
@NullMarked
package dev.flint.oci;

import org.jspecify.annotations.NullMarked;
