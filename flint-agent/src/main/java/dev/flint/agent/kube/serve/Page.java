package dev.flint.agent.kube.serve;

import java.util.List;

/** What can be asked for, and as what of the node that is allowed (kubelet, server/auth.go). */
enum Page {
  /** Whether the agent is well. */
  HEALTH(""),
  /** All pods. */
  PODS("pods,proxy"),
  /** The pods that run. */
  RUNNING_PODS("pods,proxy"),
  /** What all takes. */
  STATS("stats"),
  /** The agent's own numbers. */
  METRICS("metrics"),
  /** What pods take. */
  RESOURCES("metrics"),
  /** The log of a container. */
  LOGS("proxy"),
  /** A program in a container. */
  EXEC("proxy"),
  /** The standard streams of a container. */
  ATTACH("proxy"),
  /** The ports of a pod. */
  FORWARD("proxy"),
  /** Nothing that there is. */
  NONE("proxy");

  /** With commas between them. */
  private final String subresources;

  Page(String subresources) {
    this.subresources = subresources;
  }

  /** Any of these must be allowed; none if everybody may see it. */
  List<String> subresources() {
    return subresources.isEmpty() ? List.of() : List.of(subresources.split(",", -1));
  }

  /** Whether it reaches into containers. */
  boolean isUpgrade() {
    return this == EXEC || this == ATTACH || this == FORWARD;
  }

  /**
   * The one at a path.
   *
   * @param path its parts, decoded; an empty one at the end does not count
   */
  static Page of(List<String> path) {
    int size = path.size();
    boolean known =
        switch (path.isEmpty() ? "" : path.get(0)) {
          case "stats" -> size == 2 && path.get(1).equals("summary");
          case "metrics" -> size == 1 || (size == 2 && path.get(1).equals("resource"));
          case "containerLogs" -> size == 4;
          // With the uid of the pod, or without.
          case "exec", "attach" -> size == 4 || size == 5;
          case "portForward" -> size == 3 || size == 4;
          default -> size == 1;
        };
    return known ? named(path.get(0), size) : NONE;
  }

  private static Page named(String first, int size) {
    return switch (first) {
      case "healthz" -> HEALTH;
      case "pods" -> PODS;
      case "runningpods" -> RUNNING_PODS;
      case "stats" -> STATS;
      case "metrics" -> size == 1 ? METRICS : RESOURCES;
      case "containerLogs" -> LOGS;
      case "exec" -> EXEC;
      case "attach" -> ATTACH;
      case "portForward" -> FORWARD;
      default -> NONE;
    };
  }
}
