package dev.flint.agent.kube.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who may come in, and what they may do. Without any token everybody may come in; without any role
 * all who are in may do everything. Thread-safe.
 */
public final class Users {
  private final Map<String, User> tokens = new ConcurrentHashMap<>();
  private final Map<String, List<ClusterRole>> roles = new ConcurrentHashMap<>();

  /** Lets in who shows a bearer token. */
  public void token(String token, User user) {
    tokens.put(token, user);
  }

  /** Lets in no more who shows it. */
  public void revoke(String token) {
    tokens.remove(token);
  }

  /**
   * Gives somebody roles instead of those they had.
   *
   * @param subject the name of a user or of a group
   */
  public void bind(String subject, List<ClusterRole> granted) {
    roles.put(subject, new CopyOnWriteArrayList<>(granted));
  }

  Optional<User> of(String token) {
    return Optional.ofNullable(tokens.get(token));
  }

  /** Whether those who say nothing about themselves are let in. */
  boolean takesAnybody() {
    return tokens.isEmpty();
  }

  boolean allows(User user, Grant grant, String namespace, String name) {
    return roles.isEmpty() || user.isMaster() || grants(user, grant, namespace, name);
  }

  private boolean grants(User user, Grant grant, String namespace, String name) {
    return roles.entrySet().stream()
        .filter(
            bound -> bound.getKey().equals(user.name()) || user.groups().contains(bound.getKey()))
        .flatMap(bound -> bound.getValue().stream())
        .anyMatch(role -> role.allows(grant, namespace, name));
  }

  void check(ApiRequest request) throws Refusal {
    ApiPath path = request.path();
    Grant grant = new Grant(path.group(), path.ruled(), request.verb());
    String name = path.name();
    if (name.isEmpty() && !path.isVirtual() && request.method().equals("GET")) {
      // Roles for single objects also hold for lists and watches of just that one.
      name = request.selection().fields().wanted("metadata.name").orElse("");
    }
    if (!allows(request.user(), grant, path.namespace(), name)) {
      throw Refusal.forbidden(
          path,
          "User \""
              + request.user().name()
              + "\" cannot "
              + grant.verb()
              + " resource \""
              + grant.resource()
              + "\" in API group \""
              + grant.group()
              + "\" "
              + (path.namespace().isEmpty()
                  ? "at the cluster scope"
                  : "in the namespace \"" + path.namespace() + "\""));
    }
  }
}
