package dev.flint.registry.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request, as data.
 *
 * @param headers in the order they are sent
 * @param body present for POST, PUT and PATCH with content
 * @param via the requests whose answers led here, the first being what the user asked for; empty if
 *     this is it
 */
public record Call(
    String method, URI url, Map<String, String> headers, Optional<Body> body, List<URI> via) {
  /** A request without headers and body. */
  public static Call of(String method, URI url) {
    return new Call(method, url, Map.of(), Optional.empty(), List.of());
  }

  /** A copy with one more header. */
  public Call header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Call(method, url, more, body, via);
  }

  /** A copy with a body. */
  public Call body(Body newBody) {
    return new Call(method, url, headers, Optional.of(newBody), via);
  }

  /** A copy for another place, which the answer to this one names. */
  public Call to(URI newUrl) {
    return new Call(method, newUrl, headers, body, with(url));
  }

  /** A copy that says whose answer named its URL. */
  public Call sentBy(URI sender) {
    return new Call(method, url, headers, body, with(sender));
  }

  private List<URI> with(URI sender) {
    List<URI> more = new ArrayList<>(via);
    more.add(sender);
    return List.copyOf(more);
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

  /** Whether it goes to the very place that the user named. */
  boolean isNamed() {
    return via.isEmpty() || OriginPolicy.sameOrigin(via.get(0), url);
  }
}
