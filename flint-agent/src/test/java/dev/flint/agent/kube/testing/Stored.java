package dev.flint.agent.kube.testing;

/**
 * One version of one object. Never changed.
 *
 * @param version the counter's value when it was written
 * @param item the object as lists have it: without kind and apiVersion
 */
record Stored(ObjectKey key, Tree tree, long version, String item) {
  static Stored of(ObjectKey key, Tree object, long version) {
    Tree tree = object.copy();
    tree.remove("kind");
    tree.remove("apiVersion");
    tree.make("metadata").set("resourceVersion", String.valueOf(version));
    return new Stored(key, tree, version, tree.toString());
  }

  /** The object with kind and apiVersion before all else, as in all answers but lists. */
  String json() {
    return head(key.resource()) + item.substring(1);
  }

  static String head(Resource resource) {
    return "{\"kind\":\""
        + resource.kind()
        + "\",\"apiVersion\":\""
        + resource.apiVersion()
        + "\",";
  }

  /** The object, to be changed. */
  Tree edit() {
    return tree.copy();
  }

  /** The object with kind and apiVersion. */
  Tree full() {
    Tree full =
        new Tree()
            .set("kind", key.resource().kind())
            .set("apiVersion", key.resource().apiVersion());
    full.members().putAll(tree.copy().members());
    return full;
  }

  String uid() {
    return tree.text("metadata", "uid").orElse("");
  }
}
