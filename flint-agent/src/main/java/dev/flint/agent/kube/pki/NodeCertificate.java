package dev.flint.agent.kube.pki;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The certificate by which a node is known to its cluster.
 *
 * @param file PEM with its key, as a kubelet's {@code kubelet-client-current.pem}
 */
public record NodeCertificate(Path file) {
  private static final String NAME = "kubelet-client-current.pem";
  private static final double FIRST = 0.7;
  private static final double SPREAD = 0.2;

  /**
   * Of an agent.
   *
   * @param folder {@code pki} of its state
   */
  public static NodeCertificate in(Path folder) {
    return new NodeCertificate(folder.resolve(NAME).toAbsolutePath());
  }

  /** The certificate; nothing if there is none that can be used with its key. */
  Optional<X509Certificate> find() {
    return new KeyFile(file).find().map(KeyFile.Kept::certificate);
  }

  /** Whether there is one that holds. */
  public boolean isGood(Instant now) {
    return find().filter(own -> holds(own, now)).isPresent();
  }

  /** Whether a certificate has not run out. */
  static boolean holds(X509Certificate certificate, Instant now) {
    return certificate.getNotAfter().toInstant().isAfter(now);
  }

  /**
   * Keeps a new one in the place of the other.
   *
   * @throws FlintException LOCAL_IO if certificate and key do not belong together
   */
  void keep(NodeKey key, Pem chain) throws IOException {
    new KeyFile(file).keep(key, chain);
  }

  /**
   * When to ask for the next one: after 70 to 90 % of the life of this one, as a kubelet.
   *
   * @param chance from 0 to 1, so that nodes do not all ask at once
   */
  static Instant renewalOf(X509Certificate certificate, double chance) {
    Instant begin = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(begin, certificate.getNotAfter().toInstant());
    return begin.plusMillis(Math.round(life.toMillis() * (FIRST + SPREAD * chance)));
  }
}
