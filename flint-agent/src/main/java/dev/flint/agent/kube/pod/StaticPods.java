package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Shows the pods of files in the API server, as a kubelet does: for each there is a mirror pod,
 * made anew when somebody deletes it or its file has changed, and gone with it. What the server
 * refuses is told once and tried again now and then. Confined to one thread.
 */
final class StaticPods {
  private static final Backoff.Rule EACH_MINUTE =
      new Backoff.Rule(60_000, 60_000, Long.MAX_VALUE, 0);

  private final ApiClient api;
  private final String node;
  private final MirrorPods there;
  private final PodPost post;
  private final PodRefusals refusals;

  /** The uid of the Node, if this look has asked for it; empty if it is not there. */
  private String owner = "";

  private boolean asked;

  StaticPods(
      ApiClient api,
      String node,
      MirrorPods there,
      PodPost post,
      Turns turns,
      LongSupplier millis,
      Consumer<String> warnings) {
    this.api = api;
    this.node = node;
    this.there = there;
    this.post = post;
    this.refusals = new PodRefusals(turns, EACH_MINUTE, millis, warnings);
  }

  /**
   * Brings the mirrors up to date.
   *
   * @param views all pods of this node
   * @return whether that is all; else there is no Node yet, which they are to belong to
   * @throws IOException if the server is not to be asked on
   */
  boolean tell(List<PodView> views, Function<PodView, JsonObject> status) throws IOException {
    Map<ObjectName, PodView> wanted = new TreeMap<>();
    for (PodView view : views) {
      if (view.pod().origin() == PodOrigin.FILE) {
        mirror(view.pod()).ifPresent(name -> wanted.put(name, view));
      }
    }
    List<MirrorPod> mirrors = there.all();
    Set<String> uids = new HashSet<>();
    mirrors.forEach(mirror -> uids.add(mirror.uid()));
    wanted.values().forEach(view -> uids.add(view.pod().uid()));
    refusals.keepOnly(uids);
    asked = false;
    for (MirrorPod mirror : mirrors) {
      PodView view = wanted.get(mirror.name());
      if (view == null || mirror.ending() || !mirror.of().equals(view.pod().uid())) {
        attempt(mirror.name(), mirror.uid(), () -> ifThere(() -> post.delete(place(mirror))));
      }
    }
    for (Map.Entry<ObjectName, PodView> one : wanted.entrySet()) {
      PodSpec pod = one.getValue().pod();
      attempt(one.getKey(), pod.uid(), () -> show(one.getKey(), one.getValue(), status));
    }
    return !asked || !owner.isEmpty();
  }

  /** The name of a mirror; nothing if it would be too long for one. */
  private Optional<ObjectName> mirror(PodSpec pod) {
    try {
      return Optional.of(new ObjectName(pod.name().namespace(), pod.name().name() + "-" + node));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static PodPost.Place place(MirrorPod mirror) {
    return new PodPost.Place(mirror.name(), mirror.uid(), mirror.generation(), mirror.status());
  }

  private void show(ObjectName name, PodView view, Function<PodView, JsonObject> status)
      throws IOException {
    MirrorPod mirror = there.find(name).orElse(null);
    if (mirror == null) {
      if (!asked) {
        owner = node();
        asked = true;
      }
      if (owner.isEmpty()) {
        return;
      }
      JsonObject document = MirrorPod.document(view.pod(), name, node, owner);
      mirror = MirrorPod.read(api.create(ApiPath.core(name.namespace(), "pods"), document));
      there.put(mirror);
    }
    if (!mirror.ending() && mirror.of().equals(view.pod().uid())) {
      PodPost.Place place = place(mirror);
      ifThere(() -> post.status(place, status.apply(view)));
    }
  }

  private String node() throws IOException {
    try {
      JsonObject found = api.get(ApiPath.of("api", "v1", "nodes", node));
      return found.object("metadata").orElse(JsonObject.empty()).requiredString("uid");
    } catch (ApiFailure e) {
      if (e.isMissing()) {
        return "";
      }
      throw e;
    }
  }

  private void attempt(ObjectName name, String uid, PodRefusals.Step step) throws IOException {
    refusals.attempt(uid, "pod " + name + " cannot be shown", step);
  }

  /** For a mirror; of one that is to be made, a 404 says that there is no such namespace. */
  private static void ifThere(PodRefusals.Step step) throws IOException {
    try {
      step.run();
    } catch (ApiFailure e) {
      // Else it went meanwhile, which is about to be told.
      if (!e.isMissing()) {
        throw e;
      }
    }
  }
}
