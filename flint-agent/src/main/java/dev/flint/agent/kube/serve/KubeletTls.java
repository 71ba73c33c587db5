package dev.flint.agent.kube.serve;

import dev.flint.agent.kube.pki.OwnCertificate;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.CredulousTrust;
import dev.flint.oci.pem.PemIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * What the kubelet API shows of itself. Whom a client's certificate is about is looked at for each
 * request ({@link KubeletAuth}).
 */
public record KubeletTls(SSLContext context) {
  private static final int SESSIONS = 64;
  private static final int SESSION_SECONDS = 300;

  /**
   * A certificate that is given.
   *
   * @param chain PEM, the own certificate first
   * @param key PEM
   * @throws FlintException LOCAL_IO if a file does not hold what it should
   */
  public static KubeletTls given(Path chain, Path key) throws IOException {
    return of(PemIdentity.read(chain, key));
  }

  /**
   * One that vouches for itself, kept in a folder.
   *
   * @param folder for its owner alone, made if it is not there
   * @param names host names of the node, as DNS has them
   * @param addresses IP addresses of the node
   * @throws FlintException LOCAL_IO if none can be made or kept
   */
  public static KubeletTls own(
      Path folder, Collection<String> names, Collection<String> addresses, Instant now)
      throws IOException {
    return of(new OwnCertificate(folder, names, addresses).get(now));
  }

  private static KubeletTls of(KeyManager[] own) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      // A failed handshake would tell a client nothing; who it is decides what it may.
      context.init(own, new TrustManager[] {new CredulousTrust()}, null);
      // Java would keep 20,000 for a day, for whoever comes.
      context.getServerSessionContext().setSessionCacheSize(SESSIONS);
      context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      return new KubeletTls(context);
    } catch (GeneralSecurityException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot set up TLS: " + e.getMessage(), e);
    }
  }
}
