package dev.flint.agent.kube.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which arrays a strategic merge patch goes into, and by which member their elements are told
 * apart, from the patch tags of the API's types. All others are replaced as a whole, among them
 * containerStatuses, taints, tolerations and images.
 */
final class MergeKeys {
  private static final Map<String, String> EVERYWHERE = Map.of("metadata.ownerReferences", "uid");

  private static final Map<String, String> CONTAINER =
      Map.of(
          "ports", "containerPort",
          "env", "name",
          "volumeMounts", "mountPath",
          "volumeDevices", "devicePath");

  private static final List<String> CONTAINERS =
      List.of("spec.containers.", "spec.initContainers.", "spec.ephemeralContainers.");

  private static final Map<Resource, Map<String, String>> OF =
      Map.of(
          Resource.NODES,
          Map.of("status.conditions", "type", "status.addresses", "type"),
          Resource.PODS,
          Map.of(
              "status.conditions", "type",
              "status.podIPs", "ip",
              "status.hostIPs", "ip",
              "spec.containers", "name",
              "spec.initContainers", "name",
              "spec.ephemeralContainers", "name",
              "spec.volumes", "name",
              "spec.imagePullSecrets", "name",
              "spec.hostAliases", "ip"),
          Resource.SERVICES,
          Map.of("spec.ports", "port", "status.conditions", "type"),
          Resource.SERVICEACCOUNTS,
          Map.of("secrets", "name"));

  private static final Set<String> SETS = Set.of("metadata.finalizers");

  private final Resource resource;

  MergeKeys(Resource resource) {
    this.resource = resource;
  }

  /** The member that tells elements apart, if the array is merged. */
  Optional<String> key(String path) {
    if (EVERYWHERE.containsKey(path)) {
      return Optional.ofNullable(EVERYWHERE.get(path));
    }
    if (resource == Resource.PODS) {
      for (String containers : CONTAINERS) {
        if (path.startsWith(containers)) {
          return Optional.ofNullable(CONTAINER.get(path.substring(containers.length())));
        }
      }
    }
    return Optional.ofNullable(OF.getOrDefault(resource, Map.of()).get(path));
  }

  /** Whether it is an array of words to which others are added. */
  boolean isSet(String path) {
    return SETS.contains(path);
  }
}
