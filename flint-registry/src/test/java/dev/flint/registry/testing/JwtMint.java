package dev.flint.registry.testing;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

/** Makes the tokens that docker-registry understands: RS256 with the certificate inside. */
public final class JwtMint implements TokenServer.Mint {
  /** Who the tokens say made them. */
  public static final String ISSUER = "flint-tests";

  /** More than the 60 seconds that docker-registry gives late comers. */
  private static final long LONG_AGO = 600;

  private final PrivateKey key;
  private final String certificate;
  private final Predicate<Integer> stale;
  private final Predicate<String> granted;

  private JwtMint(
      PrivateKey key, String certificate, Predicate<Integer> stale, Predicate<String> granted) {
    this.key = key;
    this.certificate = certificate;
    this.stale = stale;
    this.granted = granted;
  }

  /** Signs with the key of an RSA certificate; grants what is asked for. */
  public static JwtMint of(TestCertificate signer) throws IOException {
    try (InputStream in = Files.newInputStream(signer.keyStore())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      char[] password = TestCertificate.PASSWORD.toCharArray();
      store.load(in, password);
      String alias = store.aliases().nextElement();
      return new JwtMint(
          (PrivateKey) store.getKey(alias, password),
          Base64.getEncoder().encodeToString(store.getCertificate(alias).getEncoded()),
          number -> false,
          scope -> true);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Makes some tokens, told by their number, that are over already. */
  public JwtMint stale(Predicate<Integer> which) {
    return new JwtMint(key, certificate, which, granted);
  }

  /** Leaves out the scopes that are not granted. */
  public JwtMint granting(Predicate<String> which) {
    return new JwtMint(key, certificate, stale, which);
  }

  @Override
  public String token(int number, List<String> scopes) {
    long now = Instant.now().getEpochSecond() - (stale.test(number) ? LONG_AGO : 0);
    List<JsonObject> access = new ArrayList<>();
    for (String scope : scopes) {
      String[] parts = scope.split(":", -1);
      if (granted.test(scope)) {
        access.add(
            JsonObject.empty()
                .with("type", parts[0])
                .with("name", parts[1])
                .withStrings("actions", List.of(parts[2].split(",", -1))));
      }
    }
    JsonObject header =
        JsonObject.empty()
            .with("typ", "JWT")
            .with("alg", "RS256")
            .withStrings("x5c", List.of(certificate));
    JsonObject claims =
        JsonObject.empty()
            .with("iss", ISSUER)
            .with("sub", "tester")
            .with("aud", TokenServer.SERVICE)
            .with("iat", now)
            .with("nbf", now - 5)
            .with("exp", now + 300)
            .with("jti", Integer.toString(number))
            .withObjects("access", access);
    String text = base64(header.bytes()) + "." + base64(claims.bytes());
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
