package dev.flint.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server answered. Closing it gives the connection back or, if the body was not read to its
 * end, away.
 *
 * @param url the request that this is the answer to
 * @param headers by lower-case name
 */
public record Reply(URI url, int status, Map<String, List<String>> headers, InputStream body)
    implements AutoCloseable {
  /** The first header of this name, given in lower case. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** The Content-Length, if it is a number. */
  public OptionalLong contentLength() {
    try {
      return header("content-length").stream().mapToLong(Long::parseLong).findFirst();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Without headers and query, which may hold secrets. */
  @Override
  public String toString() {
    return status + " of " + url.getScheme() + "://" + url.getHost() + url.getRawPath();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
