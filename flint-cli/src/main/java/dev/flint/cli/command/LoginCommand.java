package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.Access;
import dev.flint.registry.auth.Credential;
import dev.flint.registry.auth.CredentialPlaces;
import dev.flint.registry.auth.LoginStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint login}. */
@Command(
    name = "login",
    sortOptions = false,
    description = "Check and keep the credentials for a registry.",
    footer = {
      "",
      "Asks for what the options do not give. Keeps the login in the credential helper",
      "that Docker's config.json names (credHelpers, credsStore), else in that file",
      "itself.",
      "",
      "Example:  flint login localhost:5000 -u me --password-stdin < token"
    })
public final class LoginCommand implements Callable<Integer> {
  private final Context context;

  @Mixin HostOperand operand = new HostOperand();

  @Option(
      names = "--identity-token",
      description = "Read an identity token (OAuth2 refresh token) from standard input.")
  boolean identityToken;

  // Known to picocli so that it does not quote what follows.
  @Option(
      names = {"-p", "--password"},
      arity = "0..1",
      hidden = true,
      fallbackValue = "",
      description = "Refused.")
  @Nullable String password;

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public LoginCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    String host = operand.host();
    Credential credential = credential();
    LoginStore store = context.credentialPlaces(registry).loginStore();
    Access access =
        context
            .registry(registry, CredentialPlaces.given(host, credential, answer -> {}))
            .access(host, "");
    access.require("log in to " + host);
    if (!access.isAsked()) {
      context.note(host + " lets in everybody, so the credentials are unchecked");
    }
    LoginStore.Kept kept = store.store(host, credential);
    if (kept.isPlainText()) {
      context.note(
          "the secret is in "
              + kept.place()
              + " as it is; a credential helper named there (credsStore) would keep it better");
    }
    context.result("Login Succeeded");
    return 0;
  }

  private Credential credential() throws IOException {
    if (password != null) {
      throw new FlintException(
          ErrorCode.USAGE,
          "everybody on this machine can read a password on the command line",
          "change it, and use --password-stdin");
    }
    CredentialOptions options = registry.credentials();
    if (identityToken) {
      if (options.isPasswordStdin() || options.username().isPresent()) {
        throw new FlintException(
            ErrorCode.USAGE, "--identity-token goes without --username and --password-stdin");
      }
      return new Credential.IdentityToken(context.secrets().read("identity token"));
    }
    if (options.isPasswordStdin()) {
      return options.given(context.secrets()).orElseThrow();
    }
    SecretInput person = context.secrets();
    String username = options.username().isPresent() ? options.username().get() : person.askName();
    return new Credential.Basic(username, person.askPassword());
  }
}
