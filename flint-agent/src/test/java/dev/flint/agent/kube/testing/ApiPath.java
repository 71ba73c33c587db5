package dev.flint.agent.kube.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a path names; parts that it does not have are empty.
 *
 * @param plural the kind of objects, for example {@code pods}
 * @param subresource for example {@code status}
 */
record ApiPath(String group, String plural, String namespace, String name, String subresource) {
  static ApiPath parse(String rawPath) throws Refusal {
    List<String> words = new ArrayList<>();
    for (String word : rawPath.substring(1).split("/", -1)) {
      words.add(URLDecoder.decode(word.replace("+", "%2B"), StandardCharsets.UTF_8));
    }
    boolean core = words.size() > 2 && words.get(0).equals("api") && words.get(1).equals("v1");
    boolean grouped = words.size() > 3 && words.get(0).equals("apis") && words.get(2).equals("v1");
    if (!core && !grouped) {
      throw Refusal.noSuchPath();
    }
    String group = core ? "" : words.get(1);
    List<String> rest = words.subList(core ? 2 : 3, words.size());
    String namespace = "";
    if (rest.get(0).equals("namespaces") && rest.size() > 2 && !rest.get(2).equals("status")) {
      namespace = rest.get(1);
      rest = rest.subList(2, rest.size());
    }
    if (rest.size() > 3) {
      throw Refusal.noSuchPath();
    }
    return new ApiPath(
        group,
        rest.get(0),
        namespace,
        rest.size() > 1 ? rest.get(1) : "",
        rest.size() > 2 ? rest.get(2) : "");
  }

  Resource resource() throws Refusal {
    Resource resource = Resource.of(group, plural).orElseThrow(Refusal::noSuchPath);
    if (!resource.namespaced() && !namespace.isEmpty()) {
      throw Refusal.noSuchPath();
    }
    return resource;
  }

  ObjectKey key() throws Refusal {
    Resource resource = resource();
    if (resource.namespaced() && namespace.isEmpty()) {
      throw Refusal.noSuchPath();
    }
    return new ObjectKey(resource, namespace, name);
  }

  /** As rules of roles have it. */
  String ruled() {
    return subresource.isEmpty() ? plural : plural + "/" + subresource;
  }

  boolean isVirtual() {
    return group.equals("authentication.k8s.io") || group.equals("authorization.k8s.io");
  }
}
