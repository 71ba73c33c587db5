package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A program that keeps credentials, as Docker's credential helper protocol has it. What it prints
 * is never shown, as it may be a secret.
 */
final class CredentialHelper {
  /** What helpers print that have nothing. */
  private static final String NOT_FOUND = "credentials not found in native keychain";

  private static final String USERNAME = "Username";
  private static final String SECRET = "Secret";

  private final Path program;
  private final HelperProcess process;

  /**
   * A helper.
   *
   * @param limit how long a run may take
   */
  CredentialHelper(Path program, Map<String, String> env, Duration limit) {
    this.program = program;
    this.process = new HelperProcess(program, env, limit);
  }

  /** The program's name, without its folder. */
  String name() {
    return String.valueOf(program.getFileName());
  }

  /**
   * The credential for a registry.
   *
   * @param server the registry's name there
   * @return empty if it has none
   * @throws FlintException AUTH if it fails, takes too long or answers nonsense
   */
  Optional<Credential> get(String server) throws IOException {
    HelperProcess.Answer answer = run("get", server, server);
    if (isNotFound(answer)) {
      return Optional.empty();
    }
    requireSuccess(answer, "get", server);
    String username;
    String secret;
    try {
      JsonObject json = JsonObject.parse(answer.out().getBytes(StandardCharsets.UTF_8), "answer");
      username = json.string(USERNAME).orElse("");
      secret = json.string(SECRET).orElse("");
    } catch (FlintException e) {
      // Neither its words nor itself as the cause: they may quote a secret.
      throw failed("get", server, "printed something that is not a credential");
    }
    if (username.isEmpty() && secret.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        username.equals(AuthEntry.TOKEN_USER)
            ? new Credential.IdentityToken(secret)
            : new Credential.Basic(username, secret));
  }

  /** Keeps a password or an identity token. */
  void store(String server, Credential credential) throws IOException {
    JsonObject json = JsonObject.empty().with("ServerURL", server);
    if (credential instanceof Credential.Basic basic) {
      json = json.with(USERNAME, basic.username()).with(SECRET, basic.secret());
    } else if (credential instanceof Credential.IdentityToken identity) {
      json = json.with(USERNAME, AuthEntry.TOKEN_USER).with(SECRET, identity.token());
    } else {
      throw new IllegalArgumentException("a helper keeps no " + credential);
    }
    String text = new String(json.bytes(), StandardCharsets.UTF_8);
    requireSuccess(run("store", server, text), "store", server);
  }

  /**
   * Forgets a credential.
   *
   * @return whether there was one, as far as the helper tells
   */
  boolean erase(String server) throws IOException {
    HelperProcess.Answer answer = run("erase", server, server);
    if (isNotFound(answer)) {
      return false;
    }
    requireSuccess(answer, "erase", server);
    return true;
  }

  private HelperProcess.Answer run(String verb, String server, String input) throws IOException {
    Optional<HelperProcess.Answer> answer =
        process.run(verb, input.getBytes(StandardCharsets.UTF_8));
    if (answer.isEmpty()) {
      throw failed(verb, server, "took too long and was ended");
    }
    if (answer.get().isCut()) {
      throw failed(verb, server, "printed more than 64 KiB");
    }
    return answer.get();
  }

  private static boolean isNotFound(HelperProcess.Answer answer) {
    return answer.exit() != 0 && answer.out().strip().equals(NOT_FOUND);
  }

  private void requireSuccess(HelperProcess.Answer answer, String verb, String server)
      throws FlintException {
    if (answer.exit() != 0) {
      throw failed(verb, server, "failed with exit status " + answer.exit());
    }
  }

  private FlintException failed(String verb, String server, String reason) {
    return new FlintException(
        ErrorCode.AUTH,
        "credential helper " + program + " " + reason + ", asked to " + verb + " for " + server,
        verb.equals("get") ? "see what it says: echo " + server + " | " + name() + " get" : "");
  }
}
