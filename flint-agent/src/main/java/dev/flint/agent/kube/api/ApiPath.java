package dev.flint.agent.kube.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A resource of the API (Kubernetes, "API Concepts"): names are DNS names, so that none leads
 * elsewhere.
 *
 * @param segments below the server's own path
 * @param query by name, in order
 */
public record ApiPath(List<String> segments, Map<String, String> query) {
  /** Checks the segments. */
  public ApiPath {
    segments = List.copyOf(segments);
    query = new LinkedHashMap<>(query);
    for (String segment : segments) {
      if (segment.isEmpty() || segment.startsWith(".") || segment.indexOf('/') >= 0) {
        throw new IllegalArgumentException("no name of a resource: " + segment);
      }
    }
  }

  /** Of these segments, for example {@code api, v1, nodes}. */
  public static ApiPath of(String... segments) {
    return new ApiPath(List.of(segments), Map.of());
  }

  /** What lies in a namespace of the core group. */
  public static ApiPath core(String namespace, String... rest) {
    return of("api", "v1", "namespaces", namespace).then(rest);
  }

  /** What lies below. */
  public ApiPath then(String... more) {
    List<String> all = new ArrayList<>(segments);
    all.addAll(List.of(more));
    return new ApiPath(all, query);
  }

  /** With one more word of the query. */
  public ApiPath with(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(query);
    all.put(name, value);
    return new ApiPath(segments, all);
  }

  @Override
  public String toString() {
    return "/" + String.join("/", segments);
  }
}
