package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.auth.AuthDocument.HelperEntry;
import java.io.IOException;
import java.util.Optional;

/** Keeps logins: in the helper that the credentials file names for a registry, else in the file. */
public final class LoginStore {
  private final AuthFile file;
  private final CredentialHelpers helpers;

  LoginStore(AuthFile file, CredentialHelpers helpers) {
    this.file = file;
    this.helpers = helpers;
  }

  /**
   * Where a login is now.
   *
   * @param place the helper or the file
   * @param isPlainText whether whoever reads the file has the secret
   */
  public record Kept(String place, boolean isPlainText) {}

  /** The credentials file, which need not exist. */
  public String place() {
    return file.path().toString();
  }

  /**
   * Keeps a password or an identity token in place of what was there for this registry.
   *
   * @throws FlintException AUTH if the file cannot be understood, or the helper is missing or fails
   */
  public Kept store(String host, Credential credential) throws IOException {
    Optional<HelperEntry> entry = file.readOrEmpty().helper(host);
    if (entry.isEmpty()) {
      file.change(document -> document.with(host, AuthEntry.encode(credential)));
      return new Kept(place(), true);
    }
    CredentialHelper helper = helper(entry.get());
    helper.store(entry.get().server(), credential);
    // As Docker does it: an empty entry tells that the helper has it.
    file.change(document -> document.with(host, JsonObject.empty()));
    return new Kept(helper.name(), false);
  }

  /**
   * Forgets a registry.
   *
   * @return whether there was anything to forget
   * @throws FlintException as {@link #store}
   */
  public boolean erase(String host) throws IOException {
    AuthDocument document = file.readOrEmpty();
    boolean inFile = !document.without(host).equals(document);
    if (inFile) {
      file.change(now -> now.without(host));
    }
    Optional<HelperEntry> entry = document.helper(host);
    return entry.isPresent() ? helper(entry.get()).erase(entry.get().server()) || inFile : inFile;
  }

  private CredentialHelper helper(HelperEntry entry) throws FlintException {
    return helpers
        .find(entry.suffix(), place())
        .orElseThrow(
            () ->
                new FlintException(
                    ErrorCode.AUTH,
                    "the credential helper "
                        + CredentialHelpers.PREFIX
                        + entry.suffix()
                        + ", which "
                        + place()
                        + " names, is not on PATH",
                    "install it, or take it out of the file"));
  }
}
