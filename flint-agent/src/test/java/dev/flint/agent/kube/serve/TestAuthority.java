package dev.flint.agent.kube.serve;

import dev.flint.oci.pem.Pem;
import dev.flint.oci.pem.PemIdentity;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.KeyManager;

/**
 * Who vouches for clients, by openssl.
 *
 * @param folder where all of it is
 */
record TestAuthority(Path folder) {
  static TestAuthority create(Path folder) throws IOException {
    Files.createDirectories(folder);
    TestAuthority authority = new TestAuthority(folder);
    Command.run(
            "openssl",
            "req",
            "-x509",
            "-nodes",
            "-days",
            "30",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-subj",
            "/CN=clients",
            "-keyout",
            authority.key(),
            "-out",
            authority.file())
        .ok();
    return authority;
  }

  private Path key() {
    return folder.resolve("key.pem");
  }

  private Path file() {
    return folder.resolve("ca.pem");
  }

  /** Whom a server trusts. */
  Pem pem() throws IOException {
    return Pem.of(file());
  }

  /** A certificate of a client with this subject, for example {@code /O=a/CN=b}. */
  KeyManager[] client(String subject) throws IOException {
    return issue(subject, "clientAuth");
  }

  /**
   * A certificate.
   *
   * @param usage as openssl calls it
   */
  KeyManager[] issue(String subject, String usage) throws IOException {
    Path place = Files.createTempDirectory(folder, "client");
    Path key = place.resolve("key.pem");
    Path request = place.resolve("request.pem");
    Path certificate = place.resolve("certificate.pem");
    Path extensions = place.resolve("extensions");
    Files.write(
        extensions, ("extendedKeyUsage=" + usage + "\n").getBytes(StandardCharsets.US_ASCII));
    Command.run(
            "openssl",
            "req",
            "-nodes",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-subj",
            subject,
            "-keyout",
            key,
            "-out",
            request)
        .ok();
    Command.run(
            "openssl",
            "x509",
            "-req",
            "-in",
            request,
            "-days",
            "30",
            "-set_serial",
            "7",
            "-extfile",
            extensions,
            "-CA",
            file(),
            "-CAkey",
            key(),
            "-out",
            certificate)
        .ok();
    return PemIdentity.read(certificate, key);
  }
}
