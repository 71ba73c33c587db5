package dev.flint.agent.kube.event;

import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.status.Times;
import dev.flint.oci.error.Printable;
import dev.flint.oci.json.JsonObject;

/**
 * Something that happened to a pod (core/v1 Event); two that are equal are told as one that
 * happened twice.
 *
 * @param fieldPath what of it, as {@code spec.containers{web}}; empty for all
 * @param warning whether somebody should look at it
 * @param reason one word, as {@code Started}
 * @param message for people, whatever is in it
 */
public record ObjectEvent(
    ObjectName pod, String uid, String fieldPath, boolean warning, String reason, String message) {
  static final String COMPONENT = "flint-agent";
  private static final int MAX_MESSAGE = 1000;
  private static final int MAX_NAME = 230;

  /** Makes the message harmless. */
  public ObjectEvent {
    String plain = Printable.of(message);
    message = plain.length() > MAX_MESSAGE ? plain.substring(0, MAX_MESSAGE) + "..." : plain;
  }

  /**
   * The object of the first time.
   *
   * @param number which no other event of the pod has
   * @param node who tells it
   */
  JsonObject object(long number, String node, long millis) {
    String begin = pod.name().length() > MAX_NAME ? pod.name().substring(0, MAX_NAME) : pod.name();
    JsonObject involved =
        JsonObject.empty()
            .with("kind", "Pod")
            .with("namespace", pod.namespace())
            .with("name", pod.name())
            .with("uid", uid)
            .with("apiVersion", "v1");
    return JsonObject.empty()
        .with("apiVersion", "v1")
        .with("kind", "Event")
        .with(
            "metadata",
            JsonObject.empty()
                .with("name", begin + "." + Long.toHexString(number))
                .with("namespace", pod.namespace()))
        .with(
            "involvedObject",
            fieldPath.isEmpty() ? involved : involved.with("fieldPath", fieldPath))
        .with("reason", reason)
        .with("message", message)
        .with("source", JsonObject.empty().with("component", COMPONENT).with("host", node))
        .with("firstTimestamp", Times.seconds(millis))
        .with("lastTimestamp", Times.seconds(millis))
        .with("count", 1)
        .with("type", warning ? "Warning" : "Normal")
        .with("reportingComponent", COMPONENT)
        .with("reportingInstance", node);
  }

  /** What is other the next time. */
  static JsonObject again(long count, long millis) {
    return JsonObject.empty().with("count", count).with("lastTimestamp", Times.seconds(millis));
  }
}
