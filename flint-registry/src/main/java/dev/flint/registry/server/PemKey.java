package dev.flint.registry.server;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a private key from a PEM file: PKCS#8 as the JDK does, and the older forms of RSA (PKCS#1)
 * and EC (RFC 5915) keys by wrapping them in PKCS#8 (RFC 5208).
 */
final class PemKey {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN (RSA |EC )?PRIVATE KEY-----([^-]*)-----END [A-Z ]*KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {2, 1, 0};

  /** The AlgorithmIdentifier of rsaEncryption, 1.2.840.113549.1.1.1 with NULL. */
  private static final byte[] RSA = {
    0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** The identifier of ecPublicKey, 1.2.840.10045.2.1. */
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private PemKey() {}

  /**
   * The first key of the file.
   *
   * @throws FlintException LOCAL_IO if there is none that can be used
   */
  static PrivateKey read(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    if (text.contains("ENCRYPTED")) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "the private key in " + file + " is encrypted",
          "decrypt it with: openssl pkey -in " + file + " -out FILE");
    }
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      throw new FlintException(ErrorCode.LOCAL_IO, "no private key in " + file);
    }
    String kind = block.group(1) == null ? "" : block.group(1).strip();
    try {
      byte[] der = Base64.getMimeDecoder().decode(block.group(2));
      return key(
          switch (kind) {
            case "RSA" -> der(SEQUENCE, VERSION_0, RSA, der(OCTET_STRING, der));
            case "EC" ->
                der(SEQUENCE, VERSION_0, der(SEQUENCE, EC, curve(der)), der(OCTET_STRING, der));
            default -> der;
          });
    } catch (IllegalArgumentException | IndexOutOfBoundsException | GeneralSecurityException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot use the private key in " + file, e);
    }
  }

  private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // Of another algorithm.
      }
    }
    throw new InvalidKeySpecException("none of " + ALGORITHMS);
  }

  /** The curve an EC key names: the element tagged 0 after its version and its number. */
  private static byte[] curve(byte[] key) throws InvalidKeySpecException {
    int position = contentOf(key, 0);
    while (position < key.length) {
      int content = contentOf(key, position);
      int end = content + lengthOf(key, position);
      if ((key[position] & 0xff) == 0xa0) {
        return Arrays.copyOfRange(key, content, end);
      }
      position = end;
    }
    throw new InvalidKeySpecException("an EC key that names no curve");
  }

  private static int contentOf(byte[] der, int position) {
    int first = der[position + 1] & 0xff;
    return position + 2 + (first < 0x80 ? 0 : first - 0x80);
  }

  private static int lengthOf(byte[] der, int position) {
    int first = der[position + 1] & 0xff;
    int length = first < 0x80 ? first : 0;
    for (int i = position + 2; i < contentOf(der, position); i++) {
      length = (length << 8) | (der[i] & 0xff);
    }
    if (length < 0 || length > der.length) {
      throw new IndexOutOfBoundsException("a length beyond the end");
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    // As short as it can be, which DER insists on; no key has 64 KiB.
    if (content.size() >= 0x100) {
      element.write(0x82);
      element.write(content.size() >> 8);
    } else if (content.size() >= 0x80) {
      element.write(0x81);
    }
    element.write(content.size());
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}
