package dev.flint.agent.kube.evict;

import dev.flint.agent.kube.pod.ResourceRequest;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Quantity;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a pod may take of the disk at most, as a kubelet has it: {@code sizeLimit} of its emptyDir
 * volumes, and limits of {@code ephemeral-storage}.
 *
 * @param volumes by their names
 * @param containers by their names; init containers that are no sidecars count for the whole only
 * @param whole of the containers together; none if none of them has one
 */
record ScratchLimits(Map<String, Limit> volumes, Map<String, Limit> containers, Limit whole) {
  private static final String RESOURCE = "ephemeral-storage";

  /**
   * One limit.
   *
   * @param bytes 0 for none
   * @param text as whoever wrote it
   */
  record Limit(long bytes, String text) {
    boolean isPassedBy(long use) {
      return bytes > 0 && use > bytes;
    }
  }

  /** What there is of the disk in it, in bytes. */
  interface Sizes {
    long volume(String name);

    long container(String name);

    /** Of all that is the pod's. */
    long total();
  }

  /** Of a pod, as its document says. */
  static ScratchLimits of(PodSpec pod) {
    Map<String, Limit> volumes = new LinkedHashMap<>();
    Map<String, Limit> containers = new LinkedHashMap<>();
    try {
      JsonObject spec = pod.document().object("spec").orElse(JsonObject.empty());
      for (JsonObject volume : spec.objects("volumes")) {
        put(volumes, volume, volume.object("emptyDir"), "sizeLimit");
      }
      for (JsonObject container : spec.objects("containers")) {
        putContainer(containers, container);
      }
      for (JsonObject container : spec.objects("initContainers")) {
        if (container.string("restartPolicy").orElse("").equals("Always")) {
          putContainer(containers, container);
        }
      }
    } catch (FlintException e) {
      // It was parsed before, so all that counts has its form.
    }
    return new ScratchLimits(volumes, containers, whole(pod, containers));
  }

  private static void putContainer(Map<String, Limit> out, JsonObject container)
      throws FlintException {
    JsonObject resources = container.object("resources").orElse(JsonObject.empty());
    put(out, container, resources.object("limits"), RESOURCE);
  }

  private static void put(
      Map<String, Limit> out, JsonObject named, Optional<JsonObject> from, String member)
      throws FlintException {
    String text = from.orElse(JsonObject.empty()).scalar(member).orElse("");
    try {
      long bytes = text.isEmpty() ? 0 : Quantity.units(text);
      if (bytes > 0) {
        out.put(named.string("name").orElse(""), new Limit(bytes, text));
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // More than there can be.
    }
  }

  private static Limit whole(PodSpec pod, Map<String, Limit> containers) {
    long bytes = ResourceRequest.limits(pod, RESOURCE).total();
    for (Limit limit : containers.values()) {
      if (limit.bytes() == bytes) {
        return limit;
      }
    }
    return new Limit(bytes, Evictor.quantity(bytes));
  }

  boolean isEmpty() {
    return volumes.isEmpty() && whole.bytes() == 0;
  }

  /** Says in a kubelet's words, with its spaces and in its order, which limit is passed. */
  Optional<String> passed(Sizes sizes) {
    for (Map.Entry<String, Limit> volume : volumes.entrySet()) {
      if (volume.getValue().isPassedBy(sizes.volume(volume.getKey()))) {
        return Optional.of(
            "Usage of EmptyDir volume \"%s\" exceeds the limit \"%s\". "
                .formatted(volume.getKey(), volume.getValue().text()));
      }
    }
    if (whole.isPassedBy(sizes.total())) {
      return Optional.of(
          "Pod ephemeral local storage usage exceeds the total limit of containers %s. "
              .formatted(whole.text()));
    }
    for (Map.Entry<String, Limit> container : containers.entrySet()) {
      if (container.getValue().isPassedBy(sizes.container(container.getKey()))) {
        return Optional.of(
            "Container %s exceeded its local ephemeral storage limit \"%s\". "
                .formatted(container.getKey(), container.getValue().text()));
      }
    }
    return Optional.empty();
  }
}
