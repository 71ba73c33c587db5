package dev.flint.registry.testing;

import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate of a server and its key, made by openssl.
 *
 * @param key the private key, PEM
 * @param certificate what the server shows, PEM
 * @param keyStore both, PKCS12, with the password {@value #PASSWORD}
 * @param pem what a client must trust, PEM
 */
public record TestCertificate(Path key, Path certificate, Path keyStore, Path pem) {
  public static final String PASSWORD = "for tests";

  private static final String[] ELLIPTIC = {
    "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"
  };

  /**
   * Makes one that signs itself, valid from now on.
   *
   * @param names as openssl wants them, for example {@code IP:127.0.0.1}
   */
  public static TestCertificate create(Path folder, String names) throws IOException {
    Files.createDirectories(folder);
    Path key = folder.resolve("key.pem");
    Path pem = folder.resolve("certificate.pem");
    request(names, ELLIPTIC, "-x509", "-days", "30", "-keyout", key, "-out", pem);
    return new TestCertificate(key, pem, keyStore(folder, key, pem), pem);
  }

  /** Makes one with an RSA key that signs itself. */
  public static TestCertificate rsa(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path key = folder.resolve("key.pem");
    Path pem = folder.resolve("certificate.pem");
    String[] kind = {"-newkey", "rsa:2048"};
    request("DNS:tokens.example", kind, "-x509", "-days", "30", "-keyout", key, "-out", pem);
    return new TestCertificate(key, pem, keyStore(folder, key, pem), pem);
  }

  /** Makes one whose time is over, by an authority whose time is not. */
  public static TestCertificate expired(Path folder, String names) throws IOException {
    return issued(folder, names, -1);
  }

  /** Makes one by an authority of its own, which a client must trust. */
  public static TestCertificate issued(Path folder, String names) throws IOException {
    return issued(folder, names, 30);
  }

  private static TestCertificate issued(Path folder, String names, int days) throws IOException {
    TestCertificate authority = create(folder.resolve("authority"), "DNS:authority.example");
    Path key = folder.resolve("key.pem");
    Path request = folder.resolve("request.pem");
    Path certificate = folder.resolve("certificate.pem");
    request(names, ELLIPTIC, "-keyout", key, "-out", request);
    Command.run(
            "openssl",
            "x509",
            "-req",
            "-in",
            request,
            "-days",
            days,
            "-copy_extensions",
            "copy",
            "-set_serial",
            "7",
            "-CA",
            authority.pem,
            "-CAkey",
            authority.key,
            "-out",
            certificate)
        .ok();
    return new TestCertificate(key, certificate, keyStore(folder, key, certificate), authority.pem);
  }

  private static void request(String names, String[] kind, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "openssl",
                "req",
                "-nodes",
                "-subj",
                "/CN=flint tests",
                "-addext",
                "subjectAltName=" + names));
    words.addAll(List.of(kind));
    words.addAll(List.of(more));
    Command.run(words.toArray()).ok();
  }

  private static Path keyStore(Path folder, Path key, Path certificate) {
    Path keyStore = folder.resolve("key.p12");
    Command.run(
            "openssl",
            "pkcs12",
            "-export",
            "-inkey",
            key,
            "-in",
            certificate,
            "-passout",
            "pass:" + PASSWORD,
            "-out",
            keyStore)
        .ok();
    return keyStore;
  }
}
