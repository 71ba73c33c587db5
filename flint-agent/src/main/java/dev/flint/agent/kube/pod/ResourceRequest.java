package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Quantity;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod asks a node for of one resource, as the scheduler counts (Kubernetes, "Resource
 * Management for Pods", "Sidecar Containers"): of processors thousandths, of all else units.
 *
 * @param containers by their names, init containers too: their request, or where there is none
 *     their limit
 * @param whole its containers and sidecars together, or one of its init containers with the
 *     sidecars before it if that is more
 * @param overhead of what runs it
 */
public record ResourceRequest(Map<String, Long> containers, long whole, long overhead) {
  private static final String CPU = "cpu";

  /** Copies the map. */
  public ResourceRequest {
    containers = Collections.unmodifiableMap(new TreeMap<>(containers));
  }

  /** Of a pod, by the resource's name: {@code cpu}, {@code memory}, {@code ephemeral-storage}. */
  public static ResourceRequest of(PodSpec pod, String resource) {
    return of(pod, resource, container -> asked(container, resource));
  }

  /** What it may take at most, counted alike, of those that have a limit. */
  public static ResourceRequest limits(PodSpec pod, String resource) {
    ResourceRequest limits =
        of(pod, resource, container -> amount(resources(container), "limits", resource, 0));
    return new ResourceRequest(
        limits.containers, limits.whole, limits.whole > 0 ? limits.overhead : 0);
  }

  private interface Amount {
    long of(JsonObject container) throws FlintException;
  }

  private static ResourceRequest of(PodSpec pod, String resource, Amount amount) {
    Map<String, Long> containers = new TreeMap<>();
    JsonObject none = JsonObject.empty();
    long together = 0;
    long sidecars = 0;
    long most = 0;
    long overhead = 0;
    try {
      JsonObject spec = pod.document().object("spec").orElse(none);
      overhead = amount(spec, "overhead", resource, 0);
      for (JsonObject container : spec.objects("containers")) {
        long asked = amount.of(container);
        containers.put(container.string("name").orElse(""), asked);
        together = sum(together, asked);
      }
      for (JsonObject container : spec.objects("initContainers")) {
        long asked = amount.of(container);
        containers.put(container.string("name").orElse(""), asked);
        if (container.string("restartPolicy").orElse("").equals("Always")) {
          together = sum(together, asked);
          sidecars = sum(sidecars, asked);
          most = Math.max(most, sidecars);
        } else {
          most = Math.max(most, sum(sidecars, asked));
        }
      }
    } catch (FlintException e) {
      // It was parsed before, so all that counts has its form.
    }
    return new ResourceRequest(containers, Math.max(together, most), overhead);
  }

  private static JsonObject resources(JsonObject container) throws FlintException {
    return container.object("resources").orElse(JsonObject.empty());
  }

  private static long asked(JsonObject container, String resource) throws FlintException {
    JsonObject resources = resources(container);
    return amount(resources, "requests", resource, amount(resources, "limits", resource, 0));
  }

  private static long amount(JsonObject outer, String member, String resource, long usual)
      throws FlintException {
    String text = outer.object(member).orElse(JsonObject.empty()).scalar(resource).orElse("");
    try {
      if (text.isEmpty()) {
        return usual;
      }
      return resource.equals(CPU) ? Quantity.milli(text) : Quantity.units(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      // What asks for more than there can be is in no need of it.
      return usual;
    }
  }

  /** With the overhead. */
  public long total() {
    return sum(whole, overhead);
  }

  /** Or the most there can be. */
  static long sum(long one, long two) {
    return one > Long.MAX_VALUE - two ? Long.MAX_VALUE : one + two;
  }
}
