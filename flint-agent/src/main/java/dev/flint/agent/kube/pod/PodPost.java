package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells the API server how a pod is, or that it is gone; the same is not told again at once.
 * Confined to one thread.
 */
final class PodPost {
  private static final long AGAIN_MILLIS = 10_000;

  /** What is held there, by a finalizer for example, of which there may be thousands. */
  private static final Backoff.Rule HELD =
      new Backoff.Rule(AGAIN_MILLIS, 300_000, Long.MAX_VALUE, 0);

  private final ApiClient api;
  private final PodClocks clocks;
  private final Consumer<String> warnings;
  private final Map<String, Told> told = new HashMap<>();

  /** What the server was asked to remove and did not refuse, by uid; of the steady clock. */
  private final Map<String, Backoff> removed = new HashMap<>();

  /** What the server was told, and when, of the steady clock. */
  private record Told(JsonObject status, long millis) {}

  /**
   * A pod of the server.
   *
   * @param status as the server has it
   */
  record Place(ObjectName name, String uid, long generation, JsonObject status) {
    ApiPath path() {
      return ApiPath.core(name.namespace(), "pods", name.name());
    }
  }

  PodPost(ApiClient api, PodClocks clocks, Consumer<String> warnings) {
    this.api = api;
    this.clocks = clocks;
    this.warnings = warnings;
  }

  /** Nothing was told. */
  void forget() {
    told.clear();
  }

  /** Only these pods are there. */
  void keepOnly(Set<String> uids) {
    told.keySet().retainAll(uids);
    removed.keySet().retainAll(uids);
  }

  /** A pod may be gone, or may be another. */
  void forget(String uid) {
    told.remove(uid);
  }

  /** Tells how it is. */
  void status(Place pod, JsonObject status) throws IOException {
    Told before = told.get(pod.uid);
    long now = clocks.millis().getAsLong();
    if (before != null && before.status.equals(status)) {
      boolean again = StatusPatch.isContradicted(status, pod.status);
      if (!again || now - before.millis < AGAIN_MILLIS) {
        return;
      }
    }
    JsonObject patch =
        StatusPatch.of(pod.uid, pod.generation, status, pod.status, clocks.wall().millis());
    api.change(pod.path().then("status"), patch);
    told.put(pod.uid, new Told(status, now));
  }

  /** That the server does not take how a pod is; it is told again when that has changed. */
  void refused(Place pod, JsonObject status, FlintException why) {
    if (told.put(pod.uid, new Told(status, clocks.millis().getAsLong())) == null) {
      warnings.accept("pod " + pod.name.name() + ": " + FlintException.line(why));
    }
  }

  /** Removes it. */
  void delete(Place pod) throws IOException {
    Backoff before = removed.get(pod.uid);
    long now = clocks.millis().getAsLong();
    if (before != null && before.isWaiting(now)) {
      return;
    }
    JsonObject options =
        JsonObject.empty()
            .with("apiVersion", "v1")
            .with("kind", "DeleteOptions")
            .with("gracePeriodSeconds", 0)
            .with("preconditions", JsonObject.empty().with("uid", pod.uid));
    api.delete(pod.path(), options);
    removed.computeIfAbsent(pod.uid, key -> new Backoff(HELD)).failed(now, 0);
  }
}
