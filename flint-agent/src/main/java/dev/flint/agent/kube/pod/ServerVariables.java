package dev.flint.agent.kube.pod;

import java.net.URI;
import java.util.Map;

/**
 * Where clients in pods find the API server (Kubernetes, "Accessing the API from within a Pod"):
 * where this node finds it, as the address of the Service {@code kubernetes} leads nowhere on a
 * node without kube-proxy.
 */
final class ServerVariables {
  private static final int HTTPS = 443;

  private ServerVariables() {}

  /** Empty if the variables cannot say it: they mean HTTPS, and no path. */
  static Map<String, String> of(String server) {
    URI uri = URI.create(server);
    String host = uri.getHost();
    boolean plain = uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().equals("/");
    if (host == null || !"https".equals(uri.getScheme()) || !plain) {
      return Map.of();
    }
    int port = uri.getPort() < 0 ? HTTPS : uri.getPort();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return Map.of("KUBERNETES_SERVICE_HOST", bare, "KUBERNETES_SERVICE_PORT", "" + port);
  }
}
