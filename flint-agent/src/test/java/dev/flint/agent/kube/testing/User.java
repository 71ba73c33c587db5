package dev.flint.agent.kube.testing;

import java.util.List;

/** Who asks. */
public record User(String name, List<String> groups) {
  static final User ANYBODY = new User("system:admin", List.of("system:masters"));

  /** Copies the groups. */
  public User {
    groups = List.copyOf(groups);
  }

  /** A service account, as its tokens say. */
  public static User serviceAccount(String namespace, String name) {
    return new User(
        "system:serviceaccount:" + namespace + ":" + name,
        List.of(
            "system:serviceaccounts",
            "system:serviceaccounts:" + namespace,
            "system:authenticated"));
  }

  /** A node, as its certificate says. */
  public static User node(String name) {
    return new User("system:node:" + name, List.of("system:nodes", "system:authenticated"));
  }

  boolean isMaster() {
    return groups.contains("system:masters");
  }
}
