package dev.flint.agent.pod;

import java.util.Optional;
import java.util.Set;

/** Fields of a pod that its containers may ask for (Kubernetes, "Downward API"). */
public final class PodField {
  private static final Set<String> PLAIN =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "metadata.labels",
          "metadata.annotations",
          "spec.nodeName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");

  private PodField() {}

  static boolean isKnown(String path) {
    return PLAIN.contains(path)
        || key(path, "metadata.labels").isPresent()
        || key(path, "metadata.annotations").isPresent();
  }

  /** The key in {@code metadata.labels['KEY']}. */
  public static Optional<String> key(String path, String map) {
    return path.startsWith(map + "['") && path.endsWith("']") && path.length() > map.length() + 4
        ? Optional.of(path.substring(map.length() + 2, path.length() - 2))
        : Optional.empty();
  }
}
