package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.AuthTarget;
import dev.flint.registry.auth.Authorizer;
import dev.flint.registry.auth.CredentialSource;
import dev.flint.registry.auth.HeldToken;
import dev.flint.registry.auth.RealmPins;
import dev.flint.registry.http.Http;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Opens repositories of registries. One per run; thread-safe. */
public final class RegistryClient {
  private final Http http;
  private final Authorizer authorizer;
  private final Optional<Boolean> plainHttp;

  /**
   * A client.
   *
   * @param plainHttp whether to use http without TLS; where empty, only for this machine
   */
  public RegistryClient(
      Http http, CredentialSource credentials, RealmPins pins, Optional<Boolean> plainHttp) {
    this(http, new Authorizer(http, credentials, pins, Clock.systemUTC()), plainHttp);
  }

  /**
   * A client.
   *
   * @param plainHttp whether to use http without TLS; where empty, only for this machine
   */
  public RegistryClient(Http http, Authorizer authorizer, Optional<Boolean> plainHttp) {
    this.http = http;
    this.authorizer = authorizer;
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
    RegistrySession session = session(host, reference.repository(), endpoints);
    return new RegistryRepository(session, endpoints, reference.name());
  }

  /** The tokens in use for a repository, for people who want to know what they may do. */
  public List<HeldToken> tokens(String host, String repository) throws FlintException {
    Endpoints endpoints =
        new Endpoints(host, repository, plainHttp.orElse(Endpoints.plainByDefault(host)));
    return authorizer.tokens(new AuthTarget(host, repository, endpoints.uploads()));
  }

  private RegistrySession session(String host, String repository, Endpoints endpoints) {
    AuthTarget target = new AuthTarget(host, repository, endpoints.uploads());
    return new RegistrySession(http, authorizer, target, endpoints.repository());
  }
}
