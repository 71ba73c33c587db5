package dev.flint.bench.fleet;

/** Texts of kubeconfig files. */
final class Kubeconfigs {
  private Kubeconfigs() {}

  /**
   * One that shows a token.
   *
   * @param authority a file; empty for plain HTTP
   */
  static String withToken(String server, String token, String authority) {
    String trust = authority.isEmpty() ? "" : ", certificate-authority: \"" + authority + "\"";
    return """
    apiVersion: v1
    kind: Config
    current-context: bench
    contexts: [{name: bench, context: {cluster: bench, user: bench}}]
    clusters: [{name: bench, cluster: {server: "%s"%s}}]
    users: [{name: bench, user: {token: "%s"}}]
    """
        .formatted(server, trust, token);
  }
}
