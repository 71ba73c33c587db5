package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pod of the API server that only shows one which a node has from a file (Kubernetes, "Create
 * static Pods"). Nothing is run for it.
 *
 * @param of the uid of the pod that it shows; empty if it says none
 * @param ending whether somebody has deleted it
 * @param status as the server has it
 */
record MirrorPod(
    ObjectName name, String uid, long generation, String of, boolean ending, JsonObject status) {
  /** Annotation: which static pod it shows. */
  private static final String MIRROR = "kubernetes.io/config.mirror";

  private static final String HASH = "kubernetes.io/config.hash";
  private static final String SOURCE = "kubernetes.io/config.source";

  /** Annotation by kubectl: the whole document, with all that is left out here. */
  private static final String APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private static final List<String> POD =
      List.of("restartPolicy", "terminationGracePeriodSeconds", "hostNetwork", "securityContext");

  /** Of a container; what it is given may be secret, and may not name other objects. */
  private static final List<String> CONTAINER =
      List.of(
          "name",
          "image",
          "imagePullPolicy",
          "resources",
          "ports",
          "securityContext",
          "restartPolicy");

  /** What the server may call a pod; whoever may make pods may write anything there. */
  private static final Pattern UID = Pattern.compile("[0-9a-zA-Z-]{1,64}");

  /** Whether an object of the API server is one. */
  static boolean isOne(JsonItem item) {
    try {
      return item.problem().isEmpty() && shown(item.object()).isPresent();
    } catch (FlintException e) {
      // Who reads it as any other says what is wrong with it.
      return false;
    }
  }

  private static Optional<String> shown(JsonObject object) throws FlintException {
    JsonObject metadata = object.object("metadata").orElse(JsonObject.empty());
    return metadata.object("annotations").orElse(JsonObject.empty()).string(MIRROR);
  }

  /** Reads one. */
  static MirrorPod read(JsonObject object) throws FlintException {
    JsonObject metadata = object.object("metadata").orElse(JsonObject.empty());
    return new MirrorPod(
        ApiPod.name(metadata),
        metadata.requiredString("uid"),
        metadata.integer("generation").orElse(0),
        shown(object).filter(of -> UID.matcher(of).matches()).orElse(""),
        metadata.has("deletionTimestamp"),
        object.object("status").orElse(JsonObject.empty()));
  }

  /** This, as if the server had said nothing of how it is. */
  MirrorPod withoutStatus() {
    return new MirrorPod(name, uid, generation, of, ending, JsonObject.empty());
  }

  /**
   * Makes the document of one.
   *
   * @param nodeUid of the Node: when that goes, the cluster removes it
   */
  static JsonObject document(PodSpec pod, ObjectName name, String node, String nodeUid)
      throws FlintException {
    JsonObject owner =
        JsonObject.empty()
            .with("apiVersion", "v1")
            .with("kind", "Node")
            .with("name", node)
            .with("uid", nodeUid)
            .with("controller", true);
    JsonObject annotations =
        JsonObject.empty()
            .withMap("annotations", pod.annotations())
            .object("annotations")
            .orElse(JsonObject.empty())
            .without(APPLIED)
            .with(HASH, pod.uid())
            .with(MIRROR, pod.uid())
            .with(SOURCE, "file");
    JsonObject metadata =
        JsonObject.empty()
            .with("name", name.name())
            .with("namespace", name.namespace())
            .withMap("labels", pod.labels())
            .with("annotations", annotations)
            .withObjects("ownerReferences", List.of(owner));
    return JsonObject.empty()
        .with("apiVersion", "v1")
        .with("kind", "Pod")
        .with("metadata", metadata)
        .with("spec", spec(pod.document().object("spec").orElse(JsonObject.empty()), node));
  }

  private static JsonObject spec(JsonObject said, String node) throws FlintException {
    // Nobody may drive it away, as it would be made anew.
    JsonObject stays = JsonObject.empty().with("operator", "Exists").with("effect", "NoExecute");
    JsonObject spec =
        only(said, POD).with("nodeName", node).withObjects("tolerations", List.of(stays));
    for (String member : List.of("initContainers", "containers")) {
      List<JsonObject> containers = new ArrayList<>();
      for (JsonObject container : said.objects(member)) {
        containers.add(only(container, CONTAINER));
      }
      spec = containers.isEmpty() ? spec : spec.withObjects(member, containers);
    }
    return spec;
  }

  private static JsonObject only(JsonObject object, List<String> members) {
    JsonObject out = object;
    for (String name : object.names()) {
      out = members.contains(name) ? out : out.without(name);
    }
    return out;
  }
}
