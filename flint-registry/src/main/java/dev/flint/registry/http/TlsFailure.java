package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says why there is no secure connection, and what would help. */
final class TlsFailure {
  private TlsFailure() {}

  /**
   * The failure in words.
   *
   * @param root its first cause
   * @param where whom we wanted to talk to
   * @param name the name that its certificate must have
   * @param reason the JDK's words for the cause
   */
  static FlintException of(
      SSLException e, Throwable root, String where, String name, String reason) {
    String text = Objects.requireNonNullElse(root.getMessage(), "").toLowerCase(Locale.ROOT);
    if (e instanceof SSLPeerUnverifiedException) {
      return failure(
          where,
          "its certificate is for " + names(e) + ", not for " + name,
          "use a name that is in the certificate, or have one made for " + name,
          e);
    }
    if (root instanceof CertificateExpiredException) {
      return failure(
          where,
          "its certificate is no longer valid (" + reason + ")",
          "have it renewed, unless the clock of this machine is wrong",
          e);
    }
    if (root instanceof CertificateNotYetValidException) {
      return failure(
          where,
          "its certificate is not valid yet (" + reason + ")",
          "is the clock of this machine right?",
          e);
    }
    if (root instanceof CertPathBuilderException || text.contains("trust")) {
      return failure(
          where,
          "nobody who is trusted here vouches for its certificate",
          "--ca-file FILE trusts a private CA, or a certificate that vouches for itself",
          e);
    }
    if (text.contains("protocol_version") || text.contains("protocol version")) {
      return failure(
          where,
          "it speaks no TLS of version 1.2 or 1.3",
          "older ones are not safe; have the registry brought up to date",
          e);
    }
    if (text.contains("unsupported or unrecognized ssl message")) {
      return failure(
          where,
          "it does not speak TLS at this port",
          "--plain-http is for registries without TLS",
          e);
    }
    if (text.contains("certificate_required") || text.contains("bad_certificate")) {
      return failure(
          where,
          "it wants another certificate of us (" + reason + ")",
          "--cert FILE --key FILE show one",
          e);
    }
    return failure(
        where,
        reason,
        "--ca-file FILE trusts a private CA, --plain-http is for registries without TLS",
        e);
  }

  /** The names that a certificate has, which are in the last line of OkHttp's words. */
  private static String names(SSLException e) {
    String text = Objects.requireNonNullElse(e.getMessage(), "");
    int at = text.indexOf("subjectAltNames: [");
    String names = at < 0 ? "" : text.substring(at).replaceAll(".*\\[|\\].*", "");
    String line = names.replaceAll("[\\s\\p{Cc}]+", " ").strip();
    return line.isEmpty() ? "another name" : line.substring(0, Math.min(200, line.length()));
  }

  private static FlintException failure(
      String where, String why, String remedy, SSLException cause) {
    return new FlintException(
        ErrorCode.NETWORK, "no secure connection to " + where + ": " + why, remedy, cause);
  }
}
