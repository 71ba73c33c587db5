package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.BasicAuth;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.List;
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
    Endpoints endpoints = endpoints(host, reference.repository());
    RegistrySession session = new RegistrySession(http, auth, host, endpoints.uploads());
    return new RegistryRepository(session, endpoints, reference.name());
  }

  /**
   * Asks a registry what it wants and whether it opens with our credentials.
   *
   * @param host {@code HOST[:PORT]}
   * @param repository empty for the registry as such
   * @throws FlintException USAGE if the host cannot stand in a URL, NETWORK without an answer
   */
  public Access access(String host, String repository) throws IOException {
    Endpoints endpoints = endpoints(host, repository);
    URI url = endpoints.probe();
    Call call = Call.of("GET", url);
    int anonymous;
    List<String> challenges;
    try (Reply reply = http.send(call)) {
      anonymous = reply.status();
      challenges = reply.headers().getOrDefault("www-authenticate", List.of());
    }
    if (anonymous != 401 && anonymous / 100 != 3) {
      return new Access(url, anonymous, challenges, anonymous);
    }
    try (Reply reply = new RegistrySession(http, auth, host, url).send(call)) {
      return new Access(url, anonymous, challenges, reply.status());
    }
  }

  private Endpoints endpoints(String host, String repository) throws FlintException {
    return new Endpoints(host, repository, plainHttp.orElse(Endpoints.plainByDefault(host)));
  }
}
