package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The Node of this agent as the API server has it, with the labels that others gave it. As long as
 * they are not known, no pod is turned away for them. Thread-safe.
 */
final class OwnNode {
  private final ApiClient api;
  private final String name;
  private volatile Optional<Map<String, String>> labels = Optional.empty();

  OwnNode(ApiClient api, String name) {
    this.api = api;
    this.name = name;
  }

  String name() {
    return name;
  }

  /** Whether a pod may be here, as far as is known. */
  boolean suits(PodSpec pod) {
    Optional<Map<String, String>> known = labels;
    return known.isEmpty() || NodeAffinity.of(pod).holds(name, known.get());
  }

  /**
   * Asks for the labels if a pod does not go with those that are known: it may have come as they
   * are others now.
   *
   * @throws IOException if the server does not answer
   */
  void confirm(Collection<PodSpec> pods) throws IOException {
    if (pods.stream().noneMatch(this::isDoubtful)) {
      return;
    }
    try {
      JsonObject node = api.get(ApiPath.of("api", "v1", "nodes", name));
      JsonObject metadata = node.object("metadata").orElse(JsonObject.empty());
      labels = Optional.of(Map.copyOf(metadata.stringMap("labels")));
    } catch (FlintException e) {
      if (ApiFailure.isAboutAll(e)) {
        throw e;
      }
      // There is none yet, or it may not be read.
      labels = Optional.empty();
    }
  }

  private boolean isDoubtful(PodSpec pod) {
    NodeAffinity affinity = NodeAffinity.of(pod);
    Optional<Map<String, String>> known = labels;
    return !affinity.isAny() && (known.isEmpty() || !affinity.holds(name, known.get()));
  }
}
