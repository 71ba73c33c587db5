package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.BasicAuth;
import dev.flint.registry.http.Http;
import dev.flint.registry.settings.CertsDirectories;
import dev.flint.registry.settings.ConfigFile;
import dev.flint.registry.settings.Overrides;
import dev.flint.registry.settings.RegistrySettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Opens repositories of registries. One per run; thread-safe. */
public final class RegistryClient {
  private final Http http;
  private final BasicAuth auth;
  private final RegistrySettings settings;

  /**
   * A client.
   *
   * @param plainHttp whether to use http without TLS; where empty, only for this machine
   */
  public RegistryClient(Http http, BasicAuth auth, Optional<Boolean> plainHttp) {
    this(
        http,
        auth,
        new RegistrySettings(
            ConfigFile.EMPTY, new CertsDirectories(List.of()), Overrides.plainHttp(plainHttp)));
  }

  /** A client that goes by settings. */
  public RegistryClient(Http http, BasicAuth auth, RegistrySettings settings) {
    this.http = http;
    this.auth = auth;
    this.settings = settings;
  }

  /**
   * The repository a reference is in.
   *
   * @throws FlintException USAGE if the reference has no host
   */
  public RegistryRepository repository(Reference reference) throws IOException {
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
            host,
            reference.repository(),
            settings.named(host).plainHttp().orElse(Endpoints.plainByDefault(host)));
    RegistrySession session = new RegistrySession(http, auth, host, endpoints.uploads());
    return new RegistryRepository(session, endpoints, reference.name());
  }
}
