package dev.flint.registry.http;

import java.net.URI;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * Whether two hosts are one owner's by their names: both in one domain that can be registered, by
 * the Public Suffix List, as {@code registry-1.docker.io} and {@code auth.docker.io} are.
 */
final class RelatedHosts {
  private RelatedHosts() {}

  /** Addresses are related to nothing. */
  static boolean areRelated(URI a, URI b) {
    Optional<String> domain = domain(a);
    return domain.isPresent() && domain.equals(domain(b));
  }

  private static Optional<String> domain(URI url) {
    HttpUrl parsed = HttpUrl.parse(url.getScheme() + "://" + url.getHost() + "/");
    return parsed == null ? Optional.empty() : Optional.ofNullable(parsed.topPrivateDomain());
  }
}
