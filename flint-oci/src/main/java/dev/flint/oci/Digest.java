package dev.flint.oci;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A content digest, {@code algorithm:encoded}, by the grammar of the OCI image spec (descriptor.md,
 * "Digests"). An instance is always well-formed, so it is safe in a URL and in a path. Flint can
 * check sha256 and sha512; other algorithms only pass through.
 *
 * @param algorithm for example {@code sha256}
 * @param encoded for sha256 and sha512 lower-case hex of the right length
 */
public record Digest(String algorithm, String encoded) {
  /** Seldom needed, and made slowly. */
  private static final class Grammar {
    static final Pattern ALGORITHM = Pattern.compile("[a-z0-9]+(?:[+._-][a-z0-9]+)*");
    static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9=_-]+");
  }

  private static final Set<String> WEAK = Set.of("md5", "sha1");
  private static final int MAX_LENGTH = 512;

  /**
   * Copied for each use: looking for who makes one takes longer than hashing a manifest. In a class
   * of its own, as who only reads digests needs none.
   */
  private static final class Sha256 {
    static final MessageDigest HASHER = jdkHasher("SHA-256");
  }

  /** Checks the grammar. */
  public Digest {
    int hexLength = hexLength(algorithm);
    if (algorithm.length() + encoded.length() > MAX_LENGTH
        || (hexLength == 0 && !isOfGrammar(algorithm, encoded))) {
      throw new IllegalArgumentException("not a digest: " + algorithm + ":" + encoded);
    }
    if (hexLength > 0 && !isHex(encoded, hexLength)) {
      throw new IllegalArgumentException(
          "not a digest, "
              + algorithm
              + " has "
              + hexLength
              + " lower-case hex digits: "
              + encoded);
    }
    if (WEAK.contains(algorithm)) {
      throw new IllegalArgumentException("digest algorithm " + algorithm + " is too weak");
    }
  }

  /**
   * Parses {@code algorithm:encoded}.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a digest, no colon: " + text);
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The SHA-256 of the bytes. */
  public static Digest sha256(byte[] bytes) {
    return of(sha256Hasher().digest(bytes));
  }

  /** Wraps the 32 bytes a SHA-256 hasher gave. */
  public static Digest of(byte[] sha256) {
    return new Digest("sha256", HexFormat.of().formatHex(sha256));
  }

  /** A fresh SHA-256 hasher. */
  public static MessageDigest sha256Hasher() {
    try {
      return (MessageDigest) Sha256.HASHER.clone();
    } catch (CloneNotSupportedException e) {
      return jdkHasher("SHA-256");
    }
  }

  /**
   * A fresh hasher for this algorithm.
   *
   * @throws FlintException UNSUPPORTED if Flint cannot check it
   */
  public MessageDigest hasher() throws FlintException {
    return switch (algorithm) {
      case "sha256" -> sha256Hasher();
      case "sha512" -> jdkHasher("SHA-512");
      default ->
          throw new FlintException(
              ErrorCode.UNSUPPORTED,
              "cannot check " + this + ": digest algorithm " + algorithm + " is not supported");
    };
  }

  /** The digest of bytes by this digest's own algorithm. */
  public Digest sameAlgorithm(byte[] bytes) throws FlintException {
    return finish(hasher().digest(bytes));
  }

  /** Wraps what a {@link #hasher()} of this digest gave. */
  public Digest finish(byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** The first twelve characters, for people. */
  public String abbreviated() {
    return encoded.substring(0, Math.min(12, encoded.length()));
  }

  // The compiler's own takes 20 ms when first called, and every start compares digests.
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that
        && algorithm.equals(that.algorithm)
        && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  @Override
  public String toString() {
    return algorithm + ":" + encoded;
  }

  private static boolean isOfGrammar(String algorithm, String encoded) {
    return Grammar.ALGORITHM.matcher(algorithm).matches()
        && Grammar.ENCODED.matcher(encoded).matches();
  }

  /** By hand: there is one for each of thousands of chunks, mostly before the VM is warm. */
  private static boolean isHex(String text, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static int hexLength(String algorithm) {
    return switch (algorithm) {
      case "sha256" -> 64;
      case "sha512" -> 128;
      default -> 0;
    };
  }

  private static MessageDigest jdkHasher(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }
}
