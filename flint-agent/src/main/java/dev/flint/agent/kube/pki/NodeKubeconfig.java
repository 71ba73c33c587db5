package dev.flint.agent.kube.pki;

import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Writes a kubeconfig (client-go, api/v1 Config) that names a node's certificate. */
final class NodeKubeconfig {
  private NodeKubeconfig() {}

  /**
   * Writes it, for its owner alone.
   *
   * @param place where the server is, and who vouches for it
   */
  static void write(Path file, ApiAccess place, NodeCertificate certificate) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.resolveSibling(""));
    KeyFile.write(target, document(place, certificate).prettyBytes());
  }

  private static JsonObject document(ApiAccess place, NodeCertificate certificate) {
    JsonObject cluster = JsonObject.empty().with("server", place.server().toString());
    if (place.authority().isPresent()) {
      byte[] authority = place.authority().get().bytes();
      cluster =
          cluster.with("certificate-authority-data", Base64.getEncoder().encodeToString(authority));
    }
    if (!place.verify()) {
      cluster = cluster.with("insecure-skip-tls-verify", true);
    }
    if (!place.serverName().isEmpty()) {
      cluster = cluster.with("tls-server-name", place.serverName());
    }
    String both = certificate.file().toString();
    JsonObject user = JsonObject.empty().with("client-certificate", both).with("client-key", both);
    JsonObject context = JsonObject.empty().with("cluster", "default").with("user", "default");
    return JsonObject.empty()
        .with("apiVersion", "v1")
        .with("kind", "Config")
        .with("current-context", "default")
        .withObjects("clusters", List.of(named("cluster", cluster)))
        .withObjects("users", List.of(named("user", user)))
        .withObjects("contexts", List.of(named("context", context)));
  }

  private static JsonObject named(String member, JsonObject value) {
    return JsonObject.empty().with("name", "default").with(member, value);
  }
}
