package dev.flint.registry.server;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What a server shows to TLS clients.
 *
 * @param context with its key and its certificates
 */
public record ServerTls(SSLContext context) {
  /**
   * Reads PEM files, once.
   *
   * @param certificates the server's own first, then those that lead to an authority
   * @param key unencrypted, PKCS#8, or PKCS#1 or EC as openssl writes them
   * @throws FlintException LOCAL_IO if they cannot be used, or not together
   */
  public static ServerTls fromPem(Path certificates, Path key) throws IOException {
    PrivateKey own = PemKey.read(key);
    try {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificates)))
              .toArray(new Certificate[0]);
      if (chain.length == 0) {
        throw new FlintException(ErrorCode.LOCAL_IO, "no certificate in " + certificates);
      }
      if (!belongTogether(own, chain[0].getPublicKey())) {
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            "the key in " + key + " is not that of the first certificate in " + certificates);
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("own", own, new char[0], chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return new ServerTls(context);
    } catch (GeneralSecurityException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "cannot use the certificates in " + certificates + ": " + e.getMessage(),
          e);
    }
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    byte[] sample = {1, 2, 3};
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(sample);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(certified);
    verifier.update(sample);
    return verifier.verify(signature);
  }
}
