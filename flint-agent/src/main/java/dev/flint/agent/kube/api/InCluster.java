package dev.flint.agent.kube.api;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.Pem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster gives its own pods: a service account (Kubernetes, "Accessing the API from a
 * Pod").
 */
public final class InCluster {
  private static final Path USUAL = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private InCluster() {}

  /**
   * Reads it.
   *
   * @throws FlintException USAGE if this is no pod of a cluster
   */
  public static ApiAccess read(Map<String, String> env) throws IOException {
    return read(env, USUAL);
  }

  static ApiAccess read(Map<String, String> env, Path folder) throws IOException {
    String host = env.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = env.getOrDefault("KUBERNETES_SERVICE_PORT", "");
    Path token = folder.resolve("token");
    if (host.isEmpty() || port.isEmpty() || !Files.isReadable(token)) {
      throw new FlintException(
          ErrorCode.USAGE, "this is no pod of a cluster", "name a kubeconfig file");
    }
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return new ApiAccess(
        URI.create("https://" + shown + ":" + port),
        Optional.of(Pem.of(folder.resolve("ca.crt"))),
        true,
        "",
        new Credential.TokenFile(token));
  }
}
