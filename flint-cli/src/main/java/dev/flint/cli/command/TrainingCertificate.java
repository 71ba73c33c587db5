package dev.flint.cli.command;

import dev.flint.registry.server.ServerTls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate for localhost that vouches for itself, of a key that is thrown away.
 *
 * @param tls what a server shows
 * @param pem the file that a client trusts
 */
record TrainingCertificate(ServerTls tls, String pem) {
  private static final String ALIAS = "own";

  /** Of a key store that is gone with its folder. */
  private static final char[] PASSWORD = "training".toCharArray();

  /** Has the JDK's keytool make one; empty if it has none, or that fails. */
  static Optional<TrainingCertificate> make(Path folder) throws IOException {
    Path store = folder.resolve("training.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    if (!Files.isExecutable(keytool) || !ran(keytool, store)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      byte[] certificate = keys.getCertificate(ALIAS).getEncoded();
      Path pem = Files.writeString(folder.resolve("training.pem"), pem(certificate));
      return Optional.of(new TrainingCertificate(new ServerTls(context), pem.toString()));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static String pem(byte[] certificate) {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN CERTIFICATE-----\n"
        + encoder.encodeToString(certificate)
        + "\n-----END CERTIFICATE-----\n";
  }

  private static boolean ran(Path keytool, Path store) throws IOException {
    Process process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                String.valueOf(PASSWORD))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      process.getOutputStream().close();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }
}
