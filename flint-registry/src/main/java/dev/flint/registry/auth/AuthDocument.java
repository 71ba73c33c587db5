package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The text of Docker's {@code config.json}, which is also that of the {@code auth.json} of
 * containers/image. Immutable; what Flint does not know of it is kept.
 *
 * @param place the file or variable it is from
 */
record AuthDocument(String place, JsonObject json) {
  private static final String AUTHS = "auths";

  /**
   * The helper that has a registry's credentials.
   *
   * @param server the registry's name there
   */
  record HelperEntry(String suffix, String server) {}

  /**
   * Reads a document.
   *
   * @throws FlintException AUTH naming the place
   */
  static AuthDocument parse(String place, byte[] bytes) throws FlintException {
    try {
      return new AuthDocument(place, JsonObject.parse(bytes, "its text"));
    } catch (FlintException e) {
      // Neither its words nor itself as the cause: they may quote a secret.
      throw broken(place, "is not a JSON object, or is longer than 4 MiB", null);
    }
  }

  /** The complaint about a place that cannot be understood. */
  static FlintException broken(String place, String reason, @Nullable Throwable cause) {
    return new FlintException(
        ErrorCode.AUTH, "credentials in " + place + ": it " + reason, "mend or remove it", cause);
  }

  /** The helper configured for a registry: its own, else the general one. */
  Optional<HelperEntry> helper(String host) throws FlintException {
    try {
      JsonObject own = json.object("credHelpers").orElse(JsonObject.empty());
      for (String key : AuthKeys.ofHelper(host)) {
        Optional<String> suffix = own.string(key);
        if (suffix.isPresent()) {
          // An empty one keeps this registry from the general helper.
          return suffix.filter(text -> !text.isEmpty()).map(text -> new HelperEntry(text, key));
        }
      }
      return json.string("credsStore")
          .filter(text -> !text.isEmpty())
          .map(text -> new HelperEntry(text, AuthKeys.primary(host)));
    } catch (FlintException e) {
      throw broken(place, "is malformed: " + e.getMessage(), e);
    }
  }

  /** The registries that the document names, each once. */
  List<String> hosts() throws FlintException {
    Set<String> hosts = new TreeSet<>();
    List<String> keys = new ArrayList<>(checkedAuths().names());
    keys.addAll(helperEntries().names());
    for (String key : keys) {
      AuthKeys.hostOf(key).ifPresent(hosts::add);
    }
    return List.copyOf(hosts);
  }

  /** The helpers that the document names, by their suffixes. */
  Set<String> helpers() throws FlintException {
    Set<String> helpers = new TreeSet<>();
    JsonObject own = helperEntries();
    try {
      for (String key : own.names()) {
        own.string(key).ifPresent(helpers::add);
      }
      json.string("credsStore").ifPresent(helpers::add);
    } catch (FlintException e) {
      throw broken(place, "is malformed: " + e.getMessage(), e);
    }
    helpers.remove("");
    return helpers;
  }

  private JsonObject helperEntries() throws FlintException {
    try {
      return json.object("credHelpers").orElse(JsonObject.empty());
    } catch (FlintException e) {
      throw broken(place, "is malformed: " + e.getMessage(), e);
    }
  }

  /** The credential that the document itself holds. */
  Optional<Credential> credential(String host, String repository) throws FlintException {
    for (String key : AuthKeys.of(host, repository)) {
      try {
        Optional<JsonObject> entry = auths().object(key);
        if (entry.isPresent()) {
          Optional<Credential> credential = AuthEntry.decode(entry.get());
          if (credential.isPresent()) {
            return credential;
          }
        }
      } catch (IllegalArgumentException e) {
        throw broken(place, "has an entry for " + key + " " + e.getMessage(), e);
      } catch (FlintException e) {
        throw broken(place, "is malformed: " + e.getMessage(), e);
      }
    }
    return Optional.empty();
  }

  /** A copy with this entry for a registry in place of all that it had. */
  AuthDocument with(String host, JsonObject entry) throws FlintException {
    JsonObject auths = without(host).auths().with(AuthKeys.primary(host), entry);
    return new AuthDocument(place, json.with(AUTHS, auths));
  }

  /** A copy without the entries of a registry; those of its namespaces stay. */
  AuthDocument without(String host) throws FlintException {
    JsonObject auths = checkedAuths();
    for (String key : AuthKeys.ofHost(host)) {
      auths = auths.without(key);
    }
    return json.has(AUTHS) ? new AuthDocument(place, json.with(AUTHS, auths)) : this;
  }

  private JsonObject checkedAuths() throws FlintException {
    try {
      return auths();
    } catch (FlintException e) {
      throw broken(place, "is malformed: " + e.getMessage(), e);
    }
  }

  private JsonObject auths() throws FlintException {
    return json.object(AUTHS).orElse(JsonObject.empty());
  }
}
