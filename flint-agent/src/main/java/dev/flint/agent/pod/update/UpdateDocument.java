package dev.flint.agent.pod.update;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodParser;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An {@link UpdateRecord} as JSON. */
final class UpdateDocument {
  private UpdateDocument() {}

  static JsonObject write(UpdateRecord record) {
    JsonObject json =
        JsonObject.empty()
            .with("namespace", record.name().namespace())
            .with("name", record.name().name());
    PinnedPod good = record.good();
    if (good != null) {
      json = json.with("good", pinned(good));
    }
    Trial trial = record.trial();
    if (trial != null) {
      json =
          json.with(
              "trial",
              pinned(trial.next())
                  .with("boot", trial.begun().boot())
                  .with("begun", trial.begun().millis())
                  .with("boots", trial.boots())
                  .with("over", trial.over())
                  .withMap("spared", trial.spared()));
    }
    UpdateRecord.Bad bad = record.bad();
    return bad == null
        ? json
        : json.with("bad", JsonObject.empty().with("uid", bad.uid()).with("why", bad.why()));
  }

  private static JsonObject pinned(PinnedPod pod) {
    List<JsonObject> images = new ArrayList<>();
    for (Map.Entry<String, PreparedImage> image : pod.images().entrySet()) {
      images.add(
          JsonObject.empty()
              .with("container", image.getKey())
              .with("image", ImageDocument.write(image.getValue())));
    }
    return JsonObject.empty().with("pod", pod.pod().document()).withObjects("images", images);
  }

  static UpdateRecord read(JsonObject json) throws FlintException {
    try {
      ObjectName name =
          new ObjectName(json.requiredString("namespace"), json.requiredString("name"));
      JsonObject good = json.object("good").orElse(null);
      JsonObject trial = json.object("trial").orElse(null);
      JsonObject bad = json.object("bad").orElse(null);
      return new UpdateRecord(
          name,
          good == null ? null : pinned(good, name),
          trial == null ? null : trial(trial, name),
          bad == null
              ? null
              : new UpdateRecord.Bad(bad.requiredString("uid"), bad.requiredString("why")));
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.PROTOCOL, "no record of a pod: " + e.getMessage(), e);
    }
  }

  private static Trial trial(JsonObject json, ObjectName name) throws FlintException {
    BootTime begun = new BootTime(json.string("boot").orElse(""), json.integer("begun").orElse(0));
    return new Trial(
        pinned(json, name),
        begun,
        (int) json.integer("boots").orElse(0),
        json.flag("over"),
        json.stringMap("spared"));
  }

  private static PinnedPod pinned(JsonObject json, ObjectName name) throws FlintException {
    PinnedPod pod = new PinnedPod(PodParser.parse(member(json, "pod")), images(json));
    if (!pod.pod().name().equals(name)) {
      throw new FlintException(
          ErrorCode.PROTOCOL, "the record of pod " + name + " is about " + pod.pod().name());
    }
    return pod;
  }

  /** Those of a pinned pod, by the names of the containers. */
  static Map<String, PreparedImage> images(JsonObject json) throws FlintException {
    Map<String, PreparedImage> images = new HashMap<>();
    for (JsonObject one : json.objects("images")) {
      images.put(one.requiredString("container"), ImageDocument.read(member(one, "image")));
    }
    return images;
  }

  private static JsonObject member(JsonObject json, String name) throws FlintException {
    @Nullable JsonObject found = json.object(name).orElse(null);
    if (found == null) {
      throw json.missing(name);
    }
    return found;
  }
}
