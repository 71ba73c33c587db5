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

  /**
   * The URLs of a repository.
   *
   * @throws FlintException USAGE if the host cannot stand in a URL, such as {@code [1:2]} or {@code
   *     10.0.0.256}
   */
  Endpoints(String host, String repository, boolean plainHttp) throws FlintException {
    boolean hub = host.equals("docker.io") || host.equals("index.docker.io");
    String path = hub && repository.indexOf('/') < 0 ? "library/" + repository : repository;
    this.root = (plainHttp ? "http" : "https") + "://" + (hub ? HUB : host) + "/v2/";
    this.base = root + path;
    try {
      // Without a host that everybody reads alike, the question of same origin has no answer.
      if (new URI(base).getHost() == null) {
        throw new FlintException(ErrorCode.USAGE, "not a registry host: " + host);
      }
    } catch (URISyntaxException e) {
      throw new FlintException(ErrorCode.USAGE, "not a registry host: " + host, e);
    }
  }

  /** Whether a registry speaks plain http unless the user says otherwise. */
  static boolean plainByDefault(String host) {
    return OriginPolicy.isLoopback(host);
  }

  URI manifest(String tagOrDigest) {
    return URI.create(base + "/manifests/" + tagOrDigest);
  }

  URI blob(Digest digest) {
    return URI.create(base + "/blobs/" + digest);
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
