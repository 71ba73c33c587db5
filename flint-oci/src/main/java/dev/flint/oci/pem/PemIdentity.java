package dev.flint.oci.pem;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * Reads what a side of a TLS connection shows of itself, its certificate and the private key of
 * that, from PEM files.
 */
public final class PemIdentity {
  /** PKCS#8, and the two older forms that it grew out of: PKCS#1 and SEC 1. */
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ((?:RSA |EC )?)PRIVATE KEY-----([^-]*)-----END \\1PRIVATE KEY-----");

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final byte[] VERSION_0 = {2, 1, 0};

  private PemIdentity() {}

  /**
   * Reads them.
   *
   * @param certificates the own one first, then those that lead to an authority
   * @param key of the first certificate; PKCS#8, or the older forms that openssl writes too
   * @throws FlintException LOCAL_IO naming the file that does not hold what it should
   */
  public static KeyManager[] read(Path certificates, Path key) throws IOException {
    return read(Pem.of(certificates), Pem.of(key));
  }

  /** The same, of texts that need not be files. */
  public static KeyManager[] read(Pem certificates, Pem key) throws IOException {
    List<X509Certificate> chain = certificates.certificates();
    PublicKey counterpart = chain.get(0).getPublicKey();
    try {
      PrivateKey own = key(key, counterpart);
      if (!belongTogether(own, counterpart)) {
        throw new InvalidKeyException("it is the key of another certificate");
      }
      // It stays in memory. PKCS12 would encrypt the key by 10,000 rounds of a hash and decrypt it
      // again: five seconds for an agent, whose code is not compiled.
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      store.setKeyEntry("own", own, new char[0], chain.toArray(new Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "the key in " + key + " is not that of the first certificate in " + certificates,
          "both must be PEM files, and belong together",
          e);
    }
  }

  /** Whether what one signs, the other verifies; TLS would only say that it failed. */
  private static boolean belongTogether(PrivateKey key, PublicKey counterpart)
      throws GeneralSecurityException {
    if (key instanceof RSAKey own && counterpart instanceof RSAKey shown) {
      // To sign takes an agent, whose code is not compiled, most of a second.
      return own.getModulus().equals(shown.getModulus());
    }
    String algorithm = counterpart.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "EdDSA";
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(VERSION_0);
    byte[] signed = signature.sign();
    signature.initVerify(counterpart);
    signature.update(VERSION_0);
    return signature.verify(signed);
  }

  private static PrivateKey key(Pem file, PublicKey counterpart)
      throws IOException, GeneralSecurityException {
    // One character for each byte, so that a file of anything can be looked at.
    String text = new String(file.bytes(), StandardCharsets.ISO_8859_1);
    Matcher matcher = KEY.matcher(text);
    if (text.contains("ENCRYPTED")) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "the key in " + file + " is encrypted",
          "openssl pkey -in FILE -out PLAIN writes one that is not");
    }
    if (!matcher.find()) {
      throw new FlintException(ErrorCode.LOCAL_IO, "no private key in " + file);
    }
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(matcher.group(2));
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "the key in " + file + " is damaged", e);
    }
    byte[] pkcs8 = matcher.group(1).isEmpty() ? bytes : wrapped(bytes, counterpart);
    return KeyFactory.getInstance(counterpart.getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /**
   * PKCS#8 (RFC 5208): a version, what kind of key it is, and the key in its older form. The kind
   * is written in the certificate in the same way.
   */
  private static byte[] wrapped(byte[] key, PublicKey counterpart) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(VERSION_0);
    content.writeBytes(algorithm(counterpart.getEncoded()));
    content.writeBytes(tagged(OCTETS, key));
    return tagged(SEQUENCE, content.toByteArray());
  }

  /** The first element of the sequence that a public key is (RFC 5280, SubjectPublicKeyInfo). */
  private static byte[] algorithm(byte[] publicKey) {
    int start = headerLength(publicKey, 0);
    // It is shorter than 128 bytes for every kind of key, so that one byte holds its length.
    return Arrays.copyOfRange(publicKey, start, start + 2 + publicKey[start + 1]);
  }

  private static int headerLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length >= 0x100) {
      out.write(0x82);
      out.write(content.length >> 8);
    } else if (content.length >= 0x80) {
      out.write(0x81);
    }
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }
}
