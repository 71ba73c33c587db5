package dev.flint.registry.auth;

import dev.flint.registry.auth.AuthDocument.HelperEntry;
import dev.flint.registry.auth.Lookup.Outcome;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Looks for a credential by a document: in the helper it names, then in its own text. */
record AuthLookup(CredentialHelpers helpers, Consumer<Lookup> told) {

  Optional<Credential> find(AuthDocument document, String host, String repository)
      throws IOException {
    Optional<HelperEntry> entry = document.helper(host);
    if (entry.isPresent()) {
      Optional<Credential> found = ask(document.place(), entry.get());
      if (found.isPresent()) {
        return found;
      }
    }
    Optional<Credential> found = document.credential(host, repository);
    told.accept(Lookup.answered(document.place(), found));
    return found;
  }

  private Optional<Credential> ask(String place, HelperEntry entry) throws IOException {
    Optional<CredentialHelper> helper = helpers.find(entry.suffix(), place);
    if (helper.isEmpty()) {
      told.accept(
          new Lookup(
              CredentialHelpers.PREFIX + entry.suffix(),
              Outcome.WARNING,
              "is named by " + place + " but is not on PATH"));
      return Optional.empty();
    }
    Optional<Credential> found = helper.get().get(entry.server());
    told.accept(Lookup.answered(helper.get().name(), found));
    return found;
  }
}
