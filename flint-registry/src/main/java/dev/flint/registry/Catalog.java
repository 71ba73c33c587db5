package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import java.io.IOException;

/** The repositories of a registry: an extension of Docker's registry that many others have too. */
public final class Catalog {
  private final RegistrySession session;
  private final Retries retries;
  private final Endpoints endpoints;
  private final String host;

  Catalog(RegistrySession session, Retries retries, Endpoints endpoints, String host) {
    this.session = session;
    this.retries = retries;
    this.endpoints = endpoints;
    this.host = host;
  }

  /**
   * Lists them, without the host, in the registry's order.
   *
   * @throws FlintException saying so if the registry has no such list, or not for this account
   */
  public Names repositories() throws IOException {
    try {
      return new NameList("list the repositories of " + host, "repositories", this::isRepository)
          .read(session, retries, endpoints.catalog());
    } catch (RegistryException e) {
      throw new FlintException(e.code(), String.valueOf(e.getMessage()), remedy(e), e);
    }
  }

  private static String remedy(RegistryException e) {
    return switch (e.status()) {
      case 401, 403 ->
          "many registries list their repositories to administrators only, or to nobody";
      case 400, 404, 405, 501 ->
          "this registry does not list its repositories; see its own web page or tools";
      default -> e.remedy();
    };
  }

  private boolean isRepository(String text) {
    try {
      Reference parsed = Reference.of(host, text, "");
      return parsed.repository().equals(text) && parsed.isTagImplied();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
