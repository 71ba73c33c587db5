package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.AuthTarget;
import dev.flint.registry.auth.Authorizer;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.Reply;
import dev.flint.registry.http.WebPage;
import dev.flint.registry.settings.HostSettings;
import dev.flint.registry.settings.RegistrySettings;
import java.io.IOException;
import java.net.URI;
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
  private final RegistrySettings settings;
  private final Retries retries;
  private final Warnings warnings;
  private final UploadsUnderWay uploads;
  private final Map<String, HostMemory> memories;

  /**
   * A client.
   *
   * @param warnings is told what registries warn of, each warning once
   */
  public RegistryClient(
      Http http,
      Authorizer authorizer,
      RegistrySettings settings,
      Retries retries,
      Consumer<String> warnings) {
    this.http = http;
    this.authorizer = authorizer;
    this.settings = settings;
    this.retries = retries;
    this.warnings = new Warnings(warnings);
    this.uploads = new UploadsUnderWay();
    this.memories = new ConcurrentHashMap<>();
  }

  private RegistryClient(RegistryClient other, Retries retries) {
    this.http = other.http;
    this.authorizer = other.authorizer;
    this.settings = other.settings;
    this.retries = retries;
    this.warnings = other.warnings;
    this.uploads = other.uploads;
    this.memories = other.memories;
  }

  /** The same client with other patience. */
  public RegistryClient by(RetryPolicy policy) {
    return new RegistryClient(this, retries.by(policy));
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
  public Catalog catalog(String host) throws IOException {
    Endpoints endpoints = endpoints(host, "");
    return new Catalog(session(host, "", endpoints), retries, endpoints, host);
  }

  /**
   * Interrupts all uploads, which then tell the registry to forget them; for when the program is to
   * end. Others cannot begin.
   *
   * @param limit how long to wait for that
   */
  public void stopUploads(Duration limit) throws InterruptedException {
    uploads.stop(http::cancel, limit);
  }

  private Endpoints endpoints(String host, String repository) throws IOException {
    boolean plain = settings.named(host).plainHttp().orElse(Endpoints.plainByDefault(host));
    return new Endpoints(host, repository, plain);
  }

  private RegistrySession session(String host, String repository, Endpoints endpoints) {
    return session(new AuthTarget(host, repository, endpoints.uploads()), endpoints);
  }

  private RegistrySession session(AuthTarget target, Endpoints endpoints) {
    return new RegistrySession(http, authorizer, target, endpoints.repository(), warnings);
  }

  HostMemory memory(String host) throws IOException {
    HostSettings own = settings.named(host);
    return memories.computeIfAbsent(host, name -> new HostMemory(own.upload(), own.chunkSize()));
  }

  /**
   * Asks a registry what it wants and whether it opens with our credentials.
   *
   * @param host {@code HOST[:PORT]}
   * @param repository empty for the registry as such
   * @throws FlintException USAGE if the host cannot stand in a URL, NETWORK without an answer,
   *     PROTOCOL if a web page is there
   */
  public Access access(String host, String repository) throws IOException {
    Endpoints endpoints = endpoints(host, repository);
    URI url = endpoints.probe();
    Call call = Call.of("GET", url);
    int anonymous;
    List<String> challenges;
    Optional<String> date;
    try (Reply reply = http.send(call)) {
      anonymous = reply.status();
      challenges = reply.headers().getOrDefault("www-authenticate", List.of());
      date = reply.header("date");
      if (anonymous == 200) {
        WebPage.refuseMarkup(reply, "ask " + host);
      }
    }
    if (anonymous != 401 && anonymous / 100 != 3) {
      return new Access(url, anonymous, challenges, anonymous, List.of(), date);
    }
    AuthTarget target = new AuthTarget(host, repository, endpoints.uploads());
    int status =
        retries.run(
            RequestKind.READ,
            "ask " + host,
            () -> {
              try (Reply reply = session(target, endpoints).send(call)) {
                return reply.status();
              }
            });
    return new Access(url, anonymous, challenges, status, authorizer.tokens(target), date);
  }
}
