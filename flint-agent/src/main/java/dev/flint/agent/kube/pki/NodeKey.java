package dev.flint.agent.kube.pki;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** A new key of a node: EC P-256, as a kubelet's. Its text shows nothing of it. */
final class NodeKey {
  private static final int[] ORGANIZATION = {2, 5, 4, 10};
  private static final int[] COMMON_NAME = {2, 5, 4, 3};
  private static final int[] ECDSA_SHA256 = {1, 2, 840, 10045, 4, 3, 2};

  private static final int[] KEY_USAGE = {2, 5, 29, 15};
  private static final int[] ALTERNATIVE_NAMES = {2, 5, 29, 17};
  private static final int[] EXTENDED_KEY_USAGE = {2, 5, 29, 37};
  private static final int[] SERVER = {1, 3, 6, 1, 5, 5, 7, 3, 1};

  /** Version 1 of a request. */
  private static final byte[] VERSION = {2, 1, 0};

  private static final byte[] VERSION_3 = {2, 1, 2};

  /** The first bit of one. */
  private static final byte[] DIGITAL_SIGNATURE = {3, 2, 7, (byte) 0x80};

  /** The number of that part of a certificate. */
  private static final int EXTENSIONS = 3;

  private static final int LINE = 64;

  private final KeyPair pair;

  private NodeKey(KeyPair pair) {
    this.pair = pair;
  }

  static NodeKey make() throws FlintException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return new NodeKey(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot make a key: " + e.getMessage(), e);
    }
  }

  /** The private key as PEM (PKCS#8). */
  byte[] pem() {
    return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  /** A request for a certificate as PEM (PKCS#10, RFC 2986), as node of this name. */
  byte[] request(String node) throws FlintException {
    byte[] info =
        Der.sequence(
            VERSION,
            Der.sequence(
                name(ORGANIZATION, "system:nodes"), name(COMMON_NAME, "system:node:" + node)),
            pair.getPublic().getEncoded(),
            // The set of attributes, of which there are none.
            Der.element(Der.NUMBERED_PARTS));
    return pem("CERTIFICATE REQUEST", signed(info));
  }

  /**
   * A certificate of a server as PEM (RFC 5280) that vouches for itself.
   *
   * @param serial at random, positive, of 20 bytes at most
   * @param names as general names, each an element
   * @param from to the second
   * @param until to the second
   */
  byte[] certificate(
      BigInteger serial, String subject, List<byte[]> names, Instant from, Instant until)
      throws FlintException {
    byte[] name = Der.sequence(name(COMMON_NAME, subject));
    byte[] info =
        Der.sequence(
            Der.element(Der.NUMBERED_PARTS, VERSION_3),
            Der.number(serial),
            Der.sequence(Der.id(ECDSA_SHA256)),
            name,
            Der.sequence(Der.time(from), Der.time(until)),
            name,
            pair.getPublic().getEncoded(),
            Der.element(
                Der.NUMBERED_PARTS | EXTENSIONS,
                Der.sequence(
                    Der.sequence(Der.id(KEY_USAGE), Der.truth(), Der.octets(DIGITAL_SIGNATURE)),
                    Der.sequence(
                        Der.id(EXTENDED_KEY_USAGE), Der.octets(Der.sequence(Der.id(SERVER)))),
                    Der.sequence(
                        Der.id(ALTERNATIVE_NAMES),
                        Der.octets(Der.sequence(names.toArray(new byte[0][])))))));
    return pem("CERTIFICATE", signed(info));
  }

  private byte[] signed(byte[] info) throws FlintException {
    return Der.sequence(info, Der.sequence(Der.id(ECDSA_SHA256)), Der.bits(sign(info)));
  }

  private static byte[] name(int[] type, String value) {
    return Der.set(Der.sequence(Der.id(type), Der.text(value)));
  }

  private byte[] sign(byte[] content) throws FlintException {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot sign: " + e.getMessage(), e);
    }
  }

  private static byte[] pem(String what, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'});
    String text =
        "-----BEGIN "
            + what
            + "-----\n"
            + lines.encodeToString(der)
            + "\n-----END "
            + what
            + "-----\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
