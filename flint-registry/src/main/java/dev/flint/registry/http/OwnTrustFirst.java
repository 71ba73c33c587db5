package dev.flint.registry.http;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts what a user's own files vouch for, else what the JDK's do. Those are read only then: there
 * are more than a hundred, and they take longer than the pull of a small image. Thread-safe.
 */
final class OwnTrustFirst extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager own;
  private final Other jdk;

  /** Guarded by this. */
  private @Nullable X509ExtendedTrustManager read;

  /** Reads the JDK's. */
  interface Other {
    X509ExtendedTrustManager read() throws GeneralSecurityException;
  }

  private interface Check {
    void by(X509ExtendedTrustManager trust) throws CertificateException;
  }

  OwnTrustFirst(X509ExtendedTrustManager own, Other jdk) {
    this.own = own;
    this.jdk = jdk;
  }

  private void check(Check check) throws CertificateException {
    try {
      check.by(own);
    } catch (CertificateException mine) {
      try {
        check.by(jdk());
      } catch (CertificateException theirs) {
        // Who vouches for it, but finds it too old, says more than who does not know it.
        boolean unknown = mine.getCause() instanceof CertPathBuilderException;
        throw unknown ? theirs : mine;
      }
    }
  }

  private synchronized X509ExtendedTrustManager jdk() throws CertificateException {
    if (read == null) {
      try {
        read = jdk.read();
      } catch (GeneralSecurityException e) {
        throw new CertificateException("cannot read the JDK's certificates", e);
      }
    }
    return read;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(trust -> trust.checkServerTrusted(chain, type));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(trust -> trust.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(trust -> trust.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(trust -> trust.checkClientTrusted(chain, type));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(trust -> trust.checkClientTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(trust -> trust.checkClientTrusted(chain, type, engine));
  }

  /** The user's own: a client has no use for a list, and all would have to be read for it. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return own.getAcceptedIssuers();
  }
}
