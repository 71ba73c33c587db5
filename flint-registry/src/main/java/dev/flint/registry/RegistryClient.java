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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Opens repositories of registries. One per run; thread-safe. */
public final class RegistryClient {
  private final Http http;
  private final Authorizer authorizer;
  private final Optional<Boolean> plainHttp;
  private final Warnings warnings;
  private final Retries retries;
  private final UploadsUnderWay uploads = new UploadsUnderWay();
  private final Map<String, HostMemory> memories = new ConcurrentHashMap<>();

  /**
   * A client.
   *
   * @param plainHttp whether to use http without TLS; where empty, only for this machine
   */
  public RegistryClient(
      Http http,
      CredentialSource credentials,
      RealmPins pins,
      Optional<Boolean> plainHttp,
      Retries retries) {
    this(http, new Authorizer(http, credentials, pins, Clock.systemUTC()), plainHttp, retries);
  }

  /**
   * A client.
   *
   * @param plainHttp whether to use http without TLS; where empty, only for this machine
   */
  public RegistryClient(
      Http http, Authorizer authorizer, Optional<Boolean> plainHttp, Retries retries) {
    this(http, authorizer, plainHttp, retries, new Warnings(warning -> {}));
  }

  private RegistryClient(
      Http http,
      Authorizer authorizer,
      Optional<Boolean> plainHttp,
      Retries retries,
      Warnings warnings) {
    this.http = http;
    this.authorizer = authorizer;
    this.plainHttp = plainHttp;
    this.retries = retries;
    this.warnings = warnings;
  }

  /** A copy that passes on what registries warn of, each warning once. */
  public RegistryClient warning(Consumer<String> listener) {
    return new RegistryClient(http, authorizer, plainHttp, retries, new Warnings(listener));
  }

  /**
   * Uploads to a registry by chunks from the start, for those that are known to want it.
   *
   * @param host as in references
   * @param most the bytes of a chunk, at least 1
   */
  public void uploadInChunks(String host, long most) {
    memory(host).limitChunks(most);
  }

  private HostMemory memory(String host) {
    return memories.computeIfAbsent(host, name -> new HostMemory());
  }

  /**
   * Interrupts all uploads, which then tell the registry to forget them; for when the program is to
   * end. Others cannot begin.
   *
   * @param limit how long to wait for that
   */
  public void stopUploads(Duration limit) throws InterruptedException {
    uploads.stop(limit);
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
    return new RegistryRepository(
        session(host, reference.repository(), endpoints),
        endpoints,
        reference.name(),
        new Resilience(retries, memory(host), uploads));
  }

  /**
   * The repositories of a registry, {@code HOST[:PORT]}.
   *
   * @throws FlintException USAGE if that is no host
   */
  public Catalog catalog(String host) throws FlintException {
    Endpoints endpoints = endpoints(host, "");
    return new Catalog(session(host, "", endpoints), endpoints, host);
  }

  private Endpoints endpoints(String host, String repository) throws FlintException {
    return new Endpoints(host, repository, plainHttp.orElse(Endpoints.plainByDefault(host)));
  }

  /** The tokens in use for a repository, for people who want to know what they may do. */
  public List<HeldToken> tokens(String host, String repository) throws FlintException {
    Endpoints endpoints = endpoints(host, repository);
    return authorizer.tokens(new AuthTarget(host, repository, endpoints.uploads()));
  }

  private RegistrySession session(String host, String repository, Endpoints endpoints) {
    AuthTarget target = new AuthTarget(host, repository, endpoints.uploads());
    return new RegistrySession(http, authorizer, target, endpoints.repository(), warnings);
  }
}
