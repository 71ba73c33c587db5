package dev.flint.agent.kube.testing;

import java.util.Map;

/** JSON merge patch, RFC 7386. */
final class JsonMerge {
  private JsonMerge() {}

  static void apply(Tree target, Tree patch) {
    for (Map.Entry<String, Object> entry : patch.members().entrySet()) {
      if (entry.getValue().equals(Tree.NULL)) {
        target.remove(entry.getKey());
      } else if (entry.getValue() instanceof Map<?, ?> map) {
        apply(target.make(entry.getKey()), Tree.over(map));
      } else {
        target.members().put(entry.getKey(), Tree.copyOf(entry.getValue()));
      }
    }
  }
}
