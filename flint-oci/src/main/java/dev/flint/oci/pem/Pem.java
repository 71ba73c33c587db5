package dev.flint.oci.pem;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A PEM text: certificates or a key. Immutable; its text shows nothing of it.
 *
 * @param name what errors call it, a file for example
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody, changed by nobody.
public record Pem(byte[] bytes, String name) {
  /** Keys, as a kubelet has its own in one file with its certificate, and what openssl adds. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "-----BEGIN ([A-Z ]*(?:PRIVATE KEY|PARAMETERS))-----[^-]*-----END \\1-----\\s*");

  /** Reads a file. */
  public static Pem of(Path file) throws IOException {
    return new Pem(Files.readAllBytes(file), file.toString());
  }

  /**
   * Its certificates, at least one.
   *
   * @throws FlintException LOCAL_IO if there is none, or one is damaged
   */
  public List<X509Certificate> certificates() throws FlintException {
    List<X509Certificate> read = new ArrayList<>();
    // One character for each byte, so that a file of anything can be looked at.
    String certificates =
        OTHERS.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).replaceAll("");
    try {
      for (var one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(certificates.getBytes(StandardCharsets.ISO_8859_1)))) {
        read.add((X509Certificate) one);
      }
    } catch (GeneralSecurityException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot use the certificates in " + name + ": " + e.getMessage(), e);
    }
    if (read.isEmpty()) {
      throw new FlintException(ErrorCode.LOCAL_IO, "no certificate in " + name);
    }
    return read;
  }

  @Override
  public String toString() {
    return name;
  }
}
