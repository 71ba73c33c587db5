package dev.flint.registry.server;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;

/** Reads the digests in addresses. */
final class DigestText {
  private DigestText() {}

  /**
   * A well-formed digest, checkable or not.
   *
   * @throws Refusal 400 DIGEST_INVALID
   */
  static Digest parse(String text) throws Refusal {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, Problem.DIGEST_INVALID, "the digest is malformed");
    }
  }

  /**
   * A digest that content can be checked against.
   *
   * @throws Refusal 400 DIGEST_INVALID
   */
  static Digest parseCheckable(String text) throws Refusal {
    Digest digest = parse(text);
    try {
      digest.hasher();
      return digest;
    } catch (FlintException e) {
      throw new Refusal(
          400,
          Problem.DIGEST_INVALID,
          "digest algorithm " + digest.algorithm() + " is unsupported");
    }
  }
}
