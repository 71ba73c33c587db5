package dev.flint.agent.kube.node;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.status.Times;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Lease by which the cluster sees that this device is there (coordination.k8s.io/v1). Whether
 * the clock here is right does not matter: the server only looks whether the time changes. Confined
 * to one thread.
 */
final class NodeLease {
  private static final ApiPath LEASES =
      ApiPath.of("apis", "coordination.k8s.io", "v1", "namespaces", "kube-node-lease", "leases");
  private static final int SECONDS = 40;

  /** At once, one after the other. */
  private static final int TRIES = 5;

  private final ApiClient api;
  private final String node;
  private final Clock clock;
  private @Nullable JsonObject last;

  NodeLease(ApiClient api, String node, Clock clock) {
    this.api = api;
    this.node = node;
    this.clock = clock;
  }

  /**
   * Renews it, or makes it.
   *
   * @param uid of the Node; when that goes, the cluster removes the lease
   * @throws ApiFailure MISSING if there was a lease and it is gone, perhaps with its Node
   */
  void renew(String uid) throws IOException {
    JsonObject lease = last;
    last = null;
    if (lease == null) {
      try {
        lease = api.get(LEASES.then(node));
      } catch (ApiFailure e) {
        if (!e.isMissing()) {
          throw e;
        }
        last = kept(api.create(LEASES, renewed(JsonObject.empty(), uid)));
        return;
      }
    }
    last = kept(replace(lease, uid));
  }

  /** Tries again only what the server refused at once; it may ask for a pause. */
  private JsonObject replace(JsonObject lease, String uid) throws IOException {
    JsonObject base = lease;
    for (int left = TRIES - 1; ; left--) {
      try {
        return api.replace(LEASES.then(node), renewed(base, uid));
      } catch (ApiFailure e) {
        if (left == 0 || e.isMissing() || !e.retryAfter().isZero()) {
          throw e;
        }
        if (e.isConflict()) {
          base = api.get(LEASES.then(node));
        }
      }
    }
  }

  private JsonObject renewed(JsonObject base, String uid) throws IOException {
    JsonObject owner =
        JsonObject.empty()
            .with("apiVersion", "v1")
            .with("kind", "Node")
            .with("name", node)
            .with("uid", uid);
    JsonObject metadata =
        base.object("metadata")
            .orElse(JsonObject.empty().with("name", node).with("namespace", "kube-node-lease"))
            .withObjects("ownerReferences", List.of(owner));
    JsonObject spec =
        base.object("spec")
            .orElse(JsonObject.empty())
            .with("holderIdentity", node)
            .with("leaseDurationSeconds", SECONDS)
            .with("renewTime", Times.micros(clock.instant()));
    return base.with("apiVersion", "coordination.k8s.io/v1")
        .with("kind", "Lease")
        .with("metadata", metadata)
        .with("spec", spec);
  }

  /** Who set which member grows with each who does; the server knows it without us. */
  private static JsonObject kept(JsonObject lease) throws IOException {
    return lease.with(
        "metadata", lease.object("metadata").orElse(JsonObject.empty()).without("managedFields"));
  }
}
