package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is said of pods over the agent's socket. */
public final class PodDocument {
  private static final String IMAGES = "images";

  private PodDocument() {}

  /**
   * As JSON.
   *
   * @param problems what cannot be used of the files, by their names
   * @param images what the pods want, whether or not they have it; empty before that is known
   */
  public static JsonObject write(
      List<PodView> pods, Map<String, List<String>> problems, Optional<List<String>> images) {
    List<JsonObject> all = new ArrayList<>();
    for (PodView view : pods) {
      all.add(pod(view));
    }
    JsonObject files = JsonObject.empty();
    for (Map.Entry<String, List<String>> problem : problems.entrySet()) {
      files = files.withStrings(problem.getKey(), problem.getValue());
    }
    JsonObject document = JsonObject.empty().withObjects("pods", all).with("problems", files);
    return images.isPresent() ? document.withStrings(IMAGES, images.get()) : document;
  }

  /**
   * The images that the pods want, as the document says.
   *
   * @return empty if the agent does not know yet
   */
  public static Optional<List<String>> images(JsonObject document) throws FlintException {
    return document.has(IMAGES) ? Optional.of(document.strings(IMAGES)) : Optional.empty();
  }

  private static JsonObject pod(PodView view) {
    PodStatus status = view.status();
    return JsonObject.empty()
        .with("namespace", view.pod().name().namespace())
        .with("name", view.pod().name().name())
        .with("uid", view.pod().uid())
        .with("phase", status.phase().word())
        .with("reason", status.reason())
        .with("message", status.message())
        .with("ready", status.ready())
        .with("update", view.update().step().word())
        .withObjects("initContainers", containers(status.initContainers()))
        .withObjects("containers", containers(status.containers()));
  }

  private static List<JsonObject> containers(List<ContainerStatus> statuses) {
    List<JsonObject> all = new ArrayList<>();
    for (ContainerStatus status : statuses) {
      JsonObject one =
          JsonObject.empty()
              .with("name", status.name())
              .with("state", status.state().name())
              .with("reason", status.reason())
              .with("message", status.message())
              .with("ready", status.ready())
              .with("restarts", status.restarts());
      InstanceState.End end = status.lastEnd();
      all.add(
          end == null ? one : one.with("exitCode", end.code()).with("exitReason", end.reason()));
    }
    return all;
  }
}
