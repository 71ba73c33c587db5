package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.BasicAuth;
import dev.flint.registry.http.Http;
import java.util.Optional;

/** Opens repositories of registries. One per run; thread-safe. */
public final class RegistryClient {
  private final Http http;
  private final BasicAuth auth;
  private final Optional<Boolean> plainHttp;

  /**
   * A client.
   *
   * @param plainHttp whether to use http without TLS; where empty, only for this machine
   */
  public RegistryClient(Http http, BasicAuth auth, Optional<Boolean> plainHttp) {
    this.http = http;
    this.auth = auth;
    this.plainHttp = plainHttp;
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
    Endpoints endpoints =
        new Endpoints(
            host, reference.repository(), plainHttp.orElse(Endpoints.plainByDefault(host)));
    RegistrySession session = new RegistrySession(http, auth, host, endpoints.uploads());
    return new RegistryRepository(session, endpoints, reference.name());
  }
}
