package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.BasicAuth;
import dev.flint.registry.http.Http;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens repositories of registries. One per run; thread-safe. */
public final class RegistryClient {
  private final Http http;
  private final BasicAuth auth;
  private final Optional<Boolean> plainHttp;
  private final Warnings warnings;

  /**
   * A client.
   *
   * @param plainHttp whether to use http without TLS; where empty, only for this machine
   */
  public RegistryClient(Http http, BasicAuth auth, Optional<Boolean> plainHttp) {
    this(http, auth, plainHttp, new Warnings(warning -> {}));
  }

  private RegistryClient(
      Http http, BasicAuth auth, Optional<Boolean> plainHttp, Warnings warnings) {
    this.http = http;
    this.auth = auth;
    this.plainHttp = plainHttp;
    this.warnings = warnings;
  }

  /** A copy that passes on what registries warn of, each warning once. */
  public RegistryClient warning(Consumer<String> listener) {
    return new RegistryClient(http, auth, plainHttp, new Warnings(listener));
  }

  /**
   * The repository a reference is in.
   *
   * @throws FlintException USAGE if the reference has no host
   */
  public RegistryRepository repository(Reference reference) throws FlintException {
    String host = reference.host();
    if (host.isEmpty()) {
      throw new FlintException(
          ErrorCode.USAGE,
          reference + " names no registry",
          "put the registry first, as in localhost:5000/"
              + reference.tagged()
              + " or docker.io/USER/NAME; flint tag gives a local image such a name");
    }
    Endpoints endpoints = endpoints(host, reference.repository());
    return new RegistryRepository(session(host, endpoints), endpoints, reference.name());
  }

  /**
   * The repositories of a registry, {@code HOST[:PORT]}.
   *
   * @throws FlintException USAGE if that is no host
   */
  public Catalog catalog(String host) throws FlintException {
    Endpoints endpoints = endpoints(host, "");
    return new Catalog(session(host, endpoints), endpoints, host);
  }

  private Endpoints endpoints(String host, String repository) throws FlintException {
    return new Endpoints(host, repository, plainHttp.orElse(Endpoints.plainByDefault(host)));
  }

  private RegistrySession session(String host, Endpoints endpoints) {
    return new RegistrySession(http, auth, host, endpoints.uploads(), warnings);
  }
}
