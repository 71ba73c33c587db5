package dev.flint.agent.kube.node;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells the cluster of itself, step by step: that it is there, by its lease; how it is,
 * whenever that has changed. Confined to one thread.
 */
final class NodePost {
  private static final long LOOK_MILLIS = 10_000;
  private static final long STATUS_MILLIS = 300_000;

  /**
   * After a lease that came late by more the Node is read again: some cluster may have taken this
   * device for gone. Usual ones do after 40 to 50 s, and one that does before a lease is late
   * cannot be meant.
   */
  private static final long GAP_MILLIS = 15_000;

  /** After what nobody thought of. */
  private static final long REST_MILLIS = 1000;

  private static final long NEVER = Long.MIN_VALUE;

  private final ApiClient api;
  private final NodeSettings settings;
  private final NodeLook look;
  private final NodeTime time;
  private final Troubles troubles;
  private final Runnable back;
  private final NodeRegistration registration;
  private final NodeLease lease;
  private final ConditionTimes times = new ConditionTimes();
  private final Cadence looks;
  private final Cadence registrations;
  private final Cadence leases;
  private final Cadence statuses;

  private @Nullable NodeFacts facts;

  /** What the cluster has heard last; null if that must not be relied on. */
  private @Nullable NodeFacts told;

  private Map<String, String> toldLabels = Map.of();

  /** Of the Node; empty before it is known. */
  private String uid = "";

  /** Whether the Node has been read since the cluster may last have lost sight of it. */
  private boolean upToDate;

  private boolean hasLease = true;
  private boolean returned;

  /** When it was renewed last; no time before it was. */
  private long leaseAt = NEVER;

  private long leaseWall;

  /** Whether no more pods shall come, so that nothing else is to be said. */
  private boolean leaving;

  /**
   * Nothing is told yet.
   *
   * @param back is told when the cluster may have taken this node for gone, and has it again
   */
  NodePost(
      ApiClient api,
      NodeSettings settings,
      NodeLook look,
      NodeTime time,
      Troubles troubles,
      Runnable back) {
    this.api = api;
    this.settings = settings;
    this.look = look;
    this.time = time;
    this.troubles = troubles;
    this.back = back;
    this.registration = new NodeRegistration(api, settings, troubles);
    this.lease = new NodeLease(api, settings.name(), time.wall());
    long now = now();
    this.looks = new Cadence(LOOK_MILLIS, now, time.spread());
    this.registrations = new Cadence(0, now, time.spread());
    this.leases = new Cadence(LOOK_MILLIS, now, time.spread());
    this.statuses = new Cadence(STATUS_MILLIS, now, time.spread());
  }

  private long now() {
    return time.millis().getAsLong();
  }

  /** What is done with a server. */
  @FunctionalInterface
  private interface Call {
    void make() throws IOException;
  }

  /**
   * Does what is due. Nothing that nobody thought of comes out of it: without a lease the cluster
   * would take all pods away.
   *
   * @return when to come again
   */
  long step() {
    try {
      doWhatIsDue();
      troubles.end(Troubles.Kind.LOOK);
      return next();
    } catch (RuntimeException | OutOfMemoryError e) {
      say(e);
      return now() + REST_MILLIS;
    }
  }

  private void say(Throwable why) {
    try {
      troubles.begin(Troubles.Kind.LOOK, why.toString());
    } catch (OutOfMemoryError e) {
      // There is no room even for words.
    }
  }

  private void doWhatIsDue() {
    // First: to look may take long, and the cluster would take this node for gone.
    renewIfDue();
    if (leaving) {
      if (!uid.isEmpty() && statuses.isDue(now())) {
        attempt(Troubles.Kind.STATUS, statuses, () -> leave(registration));
      }
      return;
    }
    NodeFacts seen = facts;
    boolean looked = seen == null || looks.isDue(now());
    if (seen == null || looked) {
      seen = look.at(now());
      facts = seen;
      looks.done(now());
    }
    NodeFacts all = seen;
    if ((!upToDate || !all.labels().equals(toldLabels)) && registrations.isDue(now())) {
      attempt(Troubles.Kind.REGISTRATION, registrations, () -> register(all));
    }
    renewIfDue();
    if (!uid.isEmpty() && upToDate) {
      if (!all.equals(told) || (looked && !hasLease)) {
        statuses.hurry(now());
      }
      if (statuses.isDue(now())) {
        attempt(Troubles.Kind.STATUS, statuses, () -> tell(all));
      }
    }
  }

  private void renewIfDue() {
    if (!uid.isEmpty() && leases.isDue(now())) {
      attempt(Troubles.Kind.LEASE, leases, this::renew);
    }
  }

  private long next() {
    if (leaving) {
      return uid.isEmpty() ? now() + LOOK_MILLIS : Math.min(leases.due(), statuses.due());
    }
    long due = looks.due();
    if (!upToDate) {
      due = Math.min(due, registrations.due());
    }
    if (!uid.isEmpty()) {
      due = Math.min(due, leases.due());
      due = upToDate ? Math.min(due, statuses.due()) : due;
    }
    return due;
  }

  private void attempt(Troubles.Kind kind, Cadence cadence, Call call) {
    try {
      call.make();
      cadence.done(now());
      troubles.end(kind);
    } catch (IOException e) {
      if (e instanceof ApiFailure refusal && refusal.isMissing()) {
        // Somebody has deleted the Node, or the lease along with it.
        upToDate = false;
        told = null;
      }
      troubles.begin(kind, FlintException.line(e));
      cadence.failed(now(), e);
    } catch (RuntimeException | OutOfMemoryError e) {
      // The others must go on.
      troubles.begin(kind, e.toString());
      cadence.failed(now(), e);
    }
  }

  private void register(NodeFacts all) throws IOException {
    Optional<JsonObject> present = registration.find();
    JsonObject node;
    if (present.isEmpty()) {
      try {
        node = registration.create(all, times.stamped(all.conditions(), time.wall().millis()));
        told = all;
        statuses.done(now());
      } catch (ApiFailure e) {
        if (!e.isConflict()) {
          throw e;
        }
        node = reconcile(registration.find().orElseThrow(() -> e), all);
      }
    } else {
      node = reconcile(present.get(), all);
    }
    uid = node.object("metadata").orElse(JsonObject.empty()).requiredString("uid");
    toldLabels = all.labels();
    upToDate = true;
  }

  private JsonObject reconcile(JsonObject node, NodeFacts all) throws IOException {
    times.resume(node);
    registration.reconcile(node, all.labels());
    told = null;
    return node;
  }

  private void renew() throws IOException {
    try {
      lease.renew(uid);
      hasLease = true;
    } catch (ApiFailure e) {
      // Then the status alone says that this device is there.
      hasLease = e.code() != ErrorCode.AUTH;
      throw e;
    }
    long wall = time.wall().millis();
    // The one clock stands still while the device sleeps, the other may be put right.
    long gap = Math.max(now() - leaseAt, Math.abs(wall - leaseWall));
    if (leaseAt != NEVER && gap > GAP_MILLIS) {
      upToDate = false;
      returned = true;
      registrations.hurry(now());
    }
    leaseAt = now();
    leaseWall = wall;
  }

  private void tell(NodeFacts all) throws IOException {
    List<JsonObject> stamped = times.stamped(all.conditions(), time.wall().millis());
    registration.patchStatus(all.patch(all.status().objects("addresses"), stamped));
    told = all;
    if (returned) {
      returned = false;
      back.run();
    }
  }

  /** From now on it says that it is there, and that no more pods shall come; nothing else. */
  void leave() {
    if (!leaving) {
      leaving = true;
      statuses.hurry(now());
    }
  }

  /**
   * Says that no more pods shall come.
   *
   * @param limit no call takes longer
   */
  void leave(Duration limit) {
    if (uid.isEmpty()) {
      return;
    }
    try {
      leave(new NodeRegistration(api.within(limit), settings, troubles));
    } catch (IOException e) {
      // Nobody can wait for it; the lease says the same a little later.
    }
  }

  /** As a kubelet of a machine that is shut down, and sees to it. */
  private void leave(NodeRegistration node) throws IOException {
    NodeCondition last =
        new NodeCondition(NodeCondition.READY, false, "KubeletNotReady", "node is shutting down");
    JsonObject status =
        JsonObject.empty()
            .withObjects("conditions", times.stamped(List.of(last), time.wall().millis()));
    node.leave(JsonObject.empty().with("status", status));
  }
}
