package dev.flint.agent.kube.testing;

import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * Signs whatever it is asked to, as subject and names say, for a day.
 *
 * @param folder for its files
 * @param authority with {@code certificate.pem} and {@code key.pem} of who signs
 */
public record OpensslSigner(Path folder, Path authority) implements CertificateRequests.Signer {
  @Override
  public Optional<String> sign(JsonObject request) {
    try {
      Path asked = Files.createTempFile(folder, "request", ".pem");
      String encoded = Tree.of(request).text("spec", "request").orElse("");
      Files.write(asked, Base64.getDecoder().decode(encoded));
      Path issued = Files.createTempFile(folder, "issued", ".pem");
      Command.run(
              "openssl",
              "x509",
              "-req",
              "-in",
              asked,
              "-days",
              1,
              "-copy_extensions",
              "copy",
              "-set_serial",
              System.nanoTime(),
              "-CA",
              authority.resolve("certificate.pem"),
              "-CAkey",
              authority.resolve("key.pem"),
              "-out",
              issued)
          .ok();
      return Optional.of(Files.readString(issued));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
