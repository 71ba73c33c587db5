package dev.flint.agent.pod;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Where the document of a pod comes from, and so what makes it the same pod. */
public enum PodOrigin {
  /** A file of this device: the pod is its document, whatever is changed in it. */
  FILE,

  /**
   * An API server: the pod is what has its uid; what the server may change while it runs is not it.
   */
  API;

  private static final Pattern UID = Pattern.compile("[0-9a-zA-Z-]{1,64}");

  /** What of a document is kept. */
  JsonObject kept(JsonObject document) throws FlintException {
    JsonObject kept = document.without("status");
    if (this == FILE) {
      return kept;
    }
    JsonObject metadata = kept.object("metadata").orElse(JsonObject.empty());
    return kept.with(
        "metadata",
        metadata
            .without("managedFields")
            .without("resourceVersion")
            .without("generation")
            .without("deletionTimestamp")
            .without("deletionGracePeriodSeconds"));
  }

  /** The same for the same pod. */
  Digest digest(JsonObject kept) throws FlintException {
    if (this == FILE) {
      return Digest.sha256(kept.bytes());
    }
    String uid = kept.object("metadata").orElse(JsonObject.empty()).string("uid").orElse("");
    JsonObject spec = kept.object("spec").orElse(JsonObject.empty());
    StringBuilder text = new StringBuilder(uid);
    for (String list : List.of("initContainers", "containers")) {
      text.append('\n').append(images(spec, list));
    }
    return Digest.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * All that may be changed of a pod that runs and that makes it another to run. A newer server may
   * show the same pod with more fields, which must not end it.
   */
  private static String images(JsonObject spec, String list) {
    List<JsonObject> containers = new ArrayList<>();
    try {
      for (JsonObject container : spec.objects(list)) {
        containers.add(
            JsonObject.empty()
                .with("name", container.string("name").orElse(""))
                .with("image", container.string("image").orElse("")));
      }
    } catch (FlintException e) {
      // Whoever reads the pod will say so, and where.
      return "";
    }
    return JsonObject.empty().withObjects(list, containers).toString();
  }

  /** What names it among all pods that there ever were. */
  String uid(Fields metadata, ObjectName name, Digest digest) throws FlintException {
    if (this == FILE) {
      return uidOfFile(name, digest);
    }
    String uid = metadata.required("uid");
    if (!UID.matcher(uid).matches()) {
      throw metadata.bad("uid", "must be a UUID");
    }
    return uid;
  }

  /** A UUID made of name and digest, as the kubelet makes one for a pod from a file. */
  public static String uidOfFile(ObjectName name, Digest digest) {
    String hex = Digest.sha256((name + "\n" + digest).getBytes(StandardCharsets.UTF_8)).encoded();
    return String.join(
        "-",
        hex.substring(0, 8),
        hex.substring(8, 12),
        hex.substring(12, 16),
        hex.substring(16, 20),
        hex.substring(20, 32));
  }
}
