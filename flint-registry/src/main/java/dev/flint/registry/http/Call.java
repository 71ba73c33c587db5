package dev.flint.registry.http;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request, as data.
 *
 * @param headers in the order they are sent
 * @param body present for POST, PUT and PATCH with content
 */
public record Call(String method, URI url, Map<String, String> headers, Optional<Body> body) {
  /** A request without headers and body. */
  public static Call of(String method, URI url) {
    return new Call(method, url, Map.of(), Optional.empty());
  }

  /** A copy with one more header. */
  public Call header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Call(method, url, more, body);
  }

  /** A copy with a body. */
  public Call body(Body newBody) {
    return new Call(method, url, headers, Optional.of(newBody));
  }

  /** A copy for another place. */
  public Call to(URI newUrl) {
    return new Call(method, newUrl, headers, body);
  }

  /** Without headers and query, which may hold secrets. */
  @Override
  public String toString() {
    return method + " " + url.getScheme() + "://" + url.getHost() + url.getRawPath();
  }

  /** Whether it changes nothing at the server and has no body, so that it may be sent elsewhere. */
  public boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }
}
