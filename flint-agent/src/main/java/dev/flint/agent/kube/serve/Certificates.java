package dev.flint.agent.kube.serve;

import dev.flint.oci.json.JsonObject;
import dev.flint.oci.pem.Pem;
import dev.flint.oci.pem.PemTrust;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom certificates are about that the cluster's authority vouches for: the common name is the
 * user, each organization a group. TLS has only seen that a client has the key: as with the
 * kubelet, who is unknown is told so, and may have a token. Thread-safe.
 */
final class Certificates {
  private final X509ExtendedTrustManager authority;

  /** Of an authority. */
  Certificates(Pem authority) throws IOException {
    try {
      this.authority = PemTrust.in(List.of(authority));
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use " + authority + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads one.
   *
   * @param chain as the client has shown it, its own first
   * @return empty if nobody vouches for it now, as a connection may last, or it has not just one
   *     name
   */
  Optional<Caller> caller(List<X509Certificate> chain, Instant now) {
    try {
      X509Certificate own = chain.get(0);
      if (now.isBefore(own.getNotBefore().toInstant())
          || now.isAfter(own.getNotAfter().toInstant())) {
        return Optional.empty();
      }
      authority.checkClientTrusted(
          chain.toArray(new X509Certificate[0]), own.getPublicKey().getAlgorithm());
      LdapName subject = new LdapName(own.getSubjectX500Principal().getName());
      List<String> names = values(subject, "CN");
      boolean one = names.size() == 1 && !names.get(0).isEmpty();
      return one
          ? Optional.of(new Caller(names.get(0), "", values(subject, "O"), JsonObject.empty()))
          : Optional.empty();
    } catch (CertificateException | InvalidNameException e) {
      return Optional.empty();
    }
  }

  private static List<String> values(LdapName subject, String type) throws InvalidNameException {
    List<String> values = new ArrayList<>();
    for (Rdn part : subject.getRdns()) {
      // One part may say several things.
      Attribute attribute = part.toAttributes().get(type);
      try {
        for (int i = 0; attribute != null && i < attribute.size(); i++) {
          if (!(attribute.get(i) instanceof String text)) {
            throw new InvalidNameException("not a text");
          }
          values.add(text);
        }
      } catch (NamingException e) {
        throw new InvalidNameException(e.getMessage());
      }
    }
    return values;
  }
}
