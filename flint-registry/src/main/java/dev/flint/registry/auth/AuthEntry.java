package dev.flint.registry.auth;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** One entry among {@code auths}: a credential as JSON, as Docker writes it. */
final class AuthEntry {
  /** Where Docker has no name beside an identity token. */
  static final String TOKEN_USER = "<token>";

  private static final String AUTH = "auth";
  private static final String IDENTITY_TOKEN = "identitytoken";

  private AuthEntry() {}

  /**
   * Reads an entry. One without a credential only tells that a helper has it.
   *
   * @throws IllegalArgumentException naming the rule that {@code auth} breaks, without its text
   */
  static Optional<Credential> decode(JsonObject entry) throws FlintException {
    Optional<String> registryToken = filled(entry, "registrytoken");
    if (registryToken.isPresent()) {
      return Optional.of(new Credential.RegistryToken(registryToken.get()));
    }
    Optional<String> identityToken = filled(entry, IDENTITY_TOKEN);
    if (identityToken.isPresent()) {
      return Optional.of(new Credential.IdentityToken(identityToken.get()));
    }
    Optional<String> auth = filled(entry, AUTH);
    if (auth.isPresent()) {
      return Optional.of(basic(auth.get()));
    }
    Optional<String> username = entry.string("username");
    Optional<String> password = entry.string("password");
    return username.isPresent() && password.isPresent()
        ? Optional.of(new Credential.Basic(username.get(), password.get()))
        : Optional.empty();
  }

  private static Optional<String> filled(JsonObject entry, String name) throws FlintException {
    return entry.string(name).filter(text -> !text.isEmpty());
  }

  private static Credential basic(String auth) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(auth);
    } catch (IllegalArgumentException e) {
      // Not as the cause: it quotes.
      throw new IllegalArgumentException("whose auth is not base64");
    }
    // Old Dockers padded with zero bytes.
    String text = new String(bytes, StandardCharsets.UTF_8).replaceAll("\0+$", "");
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("whose auth holds no colon");
    }
    return new Credential.Basic(text.substring(0, colon), text.substring(colon + 1));
  }

  /** Writes an entry. */
  static JsonObject encode(Credential credential) {
    if (credential instanceof Credential.Basic basic) {
      return JsonObject.empty().with(AUTH, base64(basic.username() + ":" + basic.secret()));
    }
    if (credential instanceof Credential.IdentityToken identity) {
      // Without a name and a colon in auth, containers/image passes over the token.
      return JsonObject.empty()
          .with(AUTH, base64(TOKEN_USER + ":"))
          .with(IDENTITY_TOKEN, identity.token());
    }
    return JsonObject.empty()
        .with("registrytoken", ((Credential.RegistryToken) credential).token());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
