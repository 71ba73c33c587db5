package dev.flint.agent.pod.update;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PodSpec;
import java.util.Map;

/**
 * A pod and the very images it runs, whatever their names are resolved to by now.
 *
 * @param images by the names of the containers
 */
public record PinnedPod(PodSpec pod, Map<String, PreparedImage> images) {
  /** Copies the map. */
  public PinnedPod {
    images = Map.copyOf(images);
  }
}
