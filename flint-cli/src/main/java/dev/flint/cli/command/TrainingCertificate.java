package dev.flint.cli.command;

import dev.flint.agent.kube.pki.OwnCertificate;
import dev.flint.registry.server.ServerTls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A certificate for localhost that vouches for itself, of a key that is thrown away.
 *
 * @param tls what a server shows
 * @param pem the file that a client trusts
 */
record TrainingCertificate(ServerTls tls, String pem) {
  /** Makes one; empty if this Java cannot. */
  static Optional<TrainingCertificate> make(Path folder) throws IOException {
    OwnCertificate own =
        new OwnCertificate(folder.resolve("training"), List.of("localhost"), List.of());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.get(Instant.now()), null, null);
      return Optional.of(new TrainingCertificate(new ServerTls(context), own.file().toString()));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }
}
