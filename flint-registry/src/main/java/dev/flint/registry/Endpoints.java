package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.registry.http.OriginPolicy;
import java.net.URI;

/**
 * Builds the URLs of one repository. Every piece is of a checked grammar, so nothing needs escaping
 * and nothing can be smuggled in.
 */
final class Endpoints {
  private static final String HUB = "registry-1.docker.io";

  private final String base;

  Endpoints(String host, String repository, boolean plainHttp) {
    String apiHost = host.equals("docker.io") || host.equals("index.docker.io") ? HUB : host;
    this.base = (plainHttp ? "http" : "https") + "://" + apiHost + "/v2/" + repository;
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

  /** The closing request of an upload; the rest of the query may be signed and stays as it is. */
  static URI close(URI location, Digest digest) {
    String text = location.toString();
    int fragment = text.indexOf('#');
    String url = fragment < 0 ? text : text.substring(0, fragment);
    return URI.create(url + (url.indexOf('?') < 0 ? "?" : "&") + "digest=" + digest);
  }
}
