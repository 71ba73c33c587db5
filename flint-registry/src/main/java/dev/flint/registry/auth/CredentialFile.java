package dev.flint.registry.auth;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a file says about logins, without asking a helper and without any secret.
 *
 * @param hosts the registries that it has something for
 * @param empty those of them that it says nothing of and that no helper has
 * @param missingHelpers the programs it names that are not there
 * @param isOpenToOthers whether others than its owner may read it
 * @param failure why it cannot be understood
 */
public record CredentialFile(
    Path path,
    List<String> hosts,
    List<String> empty,
    List<String> missingHelpers,
    boolean isOpenToOthers,
    Optional<FlintException> failure) {

  static CredentialFile of(AuthFile file, CredentialHelpers helpers) {
    try {
      Optional<AuthDocument> there = file.read();
      if (there.isEmpty()) {
        return new CredentialFile(
            file.path(), List.of(), List.of(), List.of(), false, Optional.empty());
      }
      AuthDocument document = there.get();
      List<String> hosts = document.hosts();
      List<String> empty = new ArrayList<>();
      for (String host : hosts) {
        if (document.helper(host).isEmpty() && document.credential(host, "").isEmpty()) {
          empty.add(host);
        }
      }
      return new CredentialFile(
          file.path(),
          hosts,
          empty,
          missing(document.helpers(), document.place(), helpers),
          file.isOpenToOthers(),
          Optional.empty());
    } catch (FlintException e) {
      return new CredentialFile(
          file.path(), List.of(), List.of(), List.of(), false, Optional.of(e));
    } catch (IOException e) {
      FlintException why = AuthDocument.broken(file.path().toString(), "cannot be read", e);
      return new CredentialFile(
          file.path(), List.of(), List.of(), List.of(), false, Optional.of(why));
    }
  }

  private static List<String> missing(Set<String> named, String place, CredentialHelpers helpers)
      throws FlintException {
    List<String> missing = new ArrayList<>();
    for (String suffix : named) {
      if (helpers.find(suffix, place).isEmpty()) {
        missing.add(CredentialHelpers.PREFIX + suffix);
      }
    }
    return missing;
  }
}
