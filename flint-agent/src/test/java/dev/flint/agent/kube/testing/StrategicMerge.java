package dev.flint.agent.kube.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Strategic merge patch: as a merge patch, but some arrays are merged too ({@link MergeKeys}), and
 * directives replace or delete.
 */
final class StrategicMerge {
  private static final String DIRECTIVE = "$patch";
  private static final String DELETED_WORDS = "$deleteFromPrimitiveList/";

  private final MergeKeys keys;

  StrategicMerge(Resource resource) {
    this.keys = new MergeKeys(resource);
  }

  void apply(Tree target, Tree patch) throws Refusal {
    merge(target, patch, "");
  }

  private void merge(Tree target, Tree patch, String path) throws Refusal {
    Optional<String> directive = patch.text(DIRECTIVE);
    if (directive.isPresent()) {
      target.members().clear();
      if (!directive.get().equals("delete")) {
        require(directive.get().equals("replace"), directive.get());
        addAll(target, patch);
      }
      return;
    }
    for (Map.Entry<String, Object> entry : patch.members().entrySet()) {
      member(target, entry.getKey(), entry.getValue(), path.isEmpty() ? "" : path + ".");
    }
  }

  private void member(Tree target, String name, Object value, String prefix) throws Refusal {
    if (name.startsWith(DELETED_WORDS)) {
      String list = name.substring(DELETED_WORDS.length());
      if (value instanceof List<?> words && target.members().get(list) instanceof List<?> old) {
        old.removeAll(words);
      }
    } else if (name.startsWith("$")) {
      // The order of elements and which keys to retain: nothing here depends on them.
      return;
    } else if (value.equals(Tree.NULL)) {
      target.remove(name);
    } else if (value instanceof Map<?, ?> map) {
      merge(target.make(name), Tree.over(map), prefix + name);
      if (Tree.over(map).text(DIRECTIVE).equals(Optional.of("delete"))) {
        target.remove(name);
      }
    } else if (value instanceof List<?> list) {
      list(target, name, list, prefix + name);
    } else {
      target.members().put(name, value);
    }
  }

  private void list(Tree target, String name, List<?> list, String path) throws Refusal {
    Optional<String> key = keys.key(path);
    boolean replace =
        list.stream().anyMatch(item -> directive(item).equals(Optional.of("replace")));
    if (key.isPresent() && !replace) {
      target.set(name, elements(target.children(name), list, key.get(), path));
    } else if (keys.isSet(path)) {
      List<Object> words = new ArrayList<>();
      if (target.members().get(name) instanceof List<?> old) {
        words.addAll(old);
      }
      list.stream().filter(word -> !words.contains(word)).forEach(words::add);
      target.members().put(name, words);
    } else {
      List<Object> items = new ArrayList<>();
      for (Object item : list) {
        if (directive(item).isEmpty()) {
          items.add(Tree.copyOf(item));
        }
      }
      target.members().put(name, items);
    }
  }

  private List<Tree> elements(List<Tree> old, List<?> patches, String key, String path)
      throws Refusal {
    List<Tree> out = new ArrayList<>(old);
    for (Object item : patches) {
      if (!(item instanceof Map<?, ?> map)) {
        throw Refusal.badRequest("elements of " + path + " must be objects");
      }
      Tree patch = Tree.over(map);
      Optional<String> value = patch.text(key);
      if (value.isEmpty()) {
        throw Refusal.badRequest("map: " + patch + " does not contain declared merge key: " + key);
      }
      Optional<Tree> same =
          out.stream().filter(element -> element.text(key).equals(value)).findFirst();
      if (directive(item).equals(Optional.of("delete"))) {
        same.ifPresent(out::remove);
      } else if (same.isPresent()) {
        merge(same.get(), patch, path);
      } else {
        Tree added = new Tree();
        addAll(added, patch);
        out.add(added);
      }
    }
    return out;
  }

  private static void addAll(Tree target, Tree patch) {
    patch
        .members()
        .forEach(
            (name, value) -> {
              if (!name.startsWith("$") && !value.equals(Tree.NULL)) {
                target.members().put(name, Tree.copyOf(value));
              }
            });
  }

  private static Optional<String> directive(Object item) {
    return item instanceof Map<?, ?> map ? Tree.over(map).text(DIRECTIVE) : Optional.empty();
  }

  private static void require(boolean right, String directive) throws Refusal {
    if (!right) {
      throw Refusal.badRequest("Unknown patch type found: " + directive);
    }
  }
}
