package dev.flint.registry.server;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.PemIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * What a server shows to TLS clients.
 *
 * @param context with its key and its certificates
 */
public record ServerTls(SSLContext context) {
  /**
   * Reads PEM files, once.
   *
   * @param certificates the server's own first, then those that lead to an authority
   * @param key unencrypted, PKCS#8, or PKCS#1 or EC as openssl writes them
   * @throws FlintException LOCAL_IO if they cannot be used, or not together
   */
  public static ServerTls fromPem(Path certificates, Path key) throws IOException {
    KeyManager[] keys = PemIdentity.read(certificates, key);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, null, null);
      return new ServerTls(context);
    } catch (GeneralSecurityException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot set up TLS: " + e.getMessage(), e);
    }
  }
}
