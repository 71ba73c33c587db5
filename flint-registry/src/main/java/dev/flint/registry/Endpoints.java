package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.http.OriginPolicy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Builds the URLs of one repository. Every piece is of a checked grammar, so nothing needs escaping
 * and nothing can be smuggled in.
 */
final class Endpoints {
  private static final String HUB = "registry-1.docker.io";

  /** As many names at once as every registry gives; some refuse to be asked for more. */
  private static final String PAGE = "?n=1000";

  private final String root;
  private final String base;
  private final boolean hub;
  private final String repository;

  /**
   * The URLs of a repository.
   *
   * @param repository empty for the registry as such
   * @throws FlintException USAGE if the host cannot stand in a URL, such as {@code [1:2]} or {@code
   *     10.0.0.256}
   */
  Endpoints(String host, String repository, boolean plainHttp) throws FlintException {
    this.hub = host.equals("docker.io") || host.equals("index.docker.io");
    this.root = (plainHttp ? "http" : "https") + "://" + (hub ? HUB : host) + "/v2/";
    this.repository = path(hub, repository);
    this.base = root + this.repository;
    try {
      // Without a host that everybody reads alike, the question of same origin has no answer.
      if (new URI(base).getHost() == null) {
        throw new FlintException(ErrorCode.USAGE, "not a registry host: " + host);
      }
    } catch (URISyntaxException e) {
      throw new FlintException(ErrorCode.USAGE, "not a registry host: " + host, e);
    }
  }

  private static String path(boolean hub, String repository) {
    boolean official = hub && !repository.isEmpty() && repository.indexOf('/') < 0;
    return official ? "library/" + repository : repository;
  }

  /** Whether a registry speaks plain http unless the user says otherwise. */
  static boolean plainByDefault(String host) {
    return OriginPolicy.isLoopback(host);
  }

  /** The registry's name in references, by a URL of it. */
  static String name(URI url) {
    return url.getAuthority().equals(HUB) ? "docker.io" : url.getAuthority();
  }

  /** What a credential must open: the list of tags; of a registry as such, its root. */
  URI probe() {
    return URI.create(base.endsWith("/v2/") ? base : base + "/tags/list?n=1");
  }

  /** The repository's name at the registry. */
  String repository() {
    return repository;
  }

  URI manifest(String tagOrDigest) {
    return URI.create(base + "/manifests/" + tagOrDigest);
  }

  URI blob(Digest digest) {
    return URI.create(base + "/blobs/" + digest);
  }

  /** The taking over of a blob from another repository of this registry. */
  URI mount(Digest digest, String fromRepository) {
    return URI.create(uploads() + "?mount=" + digest + "&from=" + repository(fromRepository));
  }

  /** The name at this registry of a repository of it that references call so. */
  String repository(String other) {
    return path(hub, other);
  }

  URI uploads() {
    return URI.create(base + "/blobs/uploads/");
  }

  URI tags() {
    return URI.create(base + "/tags/list" + PAGE);
  }

  URI referrers(Digest subject, Optional<String> artifactType) {
    return URI.create(
        base
            + "/referrers/"
            + subject
            + artifactType.map(type -> "?artifactType=" + encode(type)).orElse(""));
  }

  /** All repositories of the registry; not of the spec, but of Docker's registry. */
  URI catalog() {
    return URI.create(root + "_catalog" + PAGE);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The closing request of an upload; the rest of the query may be signed and stays as it is. */
  static URI close(URI location, Digest digest) {
    String text = location.toString();
    int fragment = text.indexOf('#');
    String url = fragment < 0 ? text : text.substring(0, fragment);
    return URI.create(url + (url.indexOf('?') < 0 ? "?" : "&") + "digest=" + digest);
  }
}
