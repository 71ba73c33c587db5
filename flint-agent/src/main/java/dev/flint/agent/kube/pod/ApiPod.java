package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pod as the API server has it.
 *
 * @param spec what is to run; null if this node does not run it
 * @param refusal why not
 * @param grace how long it has to end; null if it is not to
 * @param over whether the server was told already that it ended for good
 * @param since when it began, or was made if it did not, as the server says it; sorts by time
 * @param status as the server has it
 * @param weight roughly the bytes that it takes in memory; 0 for what is not run
 */
record ApiPod(
    ObjectName name,
    String uid,
    long generation,
    @Nullable PodSpec spec,
    Refusal refusal,
    @Nullable Duration grace,
    boolean over,
    String since,
    JsonObject status,
    int weight) {
  /** This, run as it was before: what is written into a running pod does not end it. */
  ApiPod running(ApiPod before) {
    if (!uid.equals(before.uid)) {
      return this;
    } else if (before.refusal.failed()) {
      return refused(before.refusal);
    } else if (spec != null || before.spec == null) {
      return this;
    }
    return as(before);
  }

  /** This, but what is run is what was run before. */
  ApiPod as(ApiPod before) {
    return new ApiPod(
        name,
        uid,
        generation,
        before.spec,
        Refusal.NONE,
        grace,
        over,
        since,
        status,
        before.weight);
  }

  /** This, not run. */
  ApiPod refused(Refusal why) {
    return new ApiPod(name, uid, generation, null, why, grace, over, since, status, 0);
  }

  /**
   * This, begun by an earlier agent and neither run nor refused by this one: what there is of it
   * stays as it is, and nothing is told of it.
   */
  ApiPod left() {
    return refused(Refusal.NONE);
  }

  /** Whether it is {@link #left}. */
  boolean isLeft() {
    return spec == null && !over && refusal.equals(Refusal.NONE);
  }

  /** This, which has ended and is not run here: next to nothing of it has to be known. */
  ApiPod finished() {
    JsonObject phase = status;
    for (String member : status.names()) {
      phase = member.equals("phase") ? phase : phase.without(member);
    }
    return new ApiPod(name, uid, generation, null, Refusal.NONE, grace, over, since, phase, 0);
  }

  /** Whether an agent of this node has begun with it. */
  boolean isBegun() {
    return status.has("startTime");
  }

  /**
   * Reads one.
   *
   * @throws FlintException PROTOCOL if it has no name or uid
   */
  static ApiPod read(JsonItem item) throws FlintException {
    JsonObject object = item.object();
    JsonObject metadata = object.object("metadata").orElse(JsonObject.empty());
    ObjectName name = name(metadata);
    String uid = metadata.requiredString("uid");
    JsonObject none = JsonObject.empty();
    JsonObject status = object.isObject("status") ? object.object("status").orElse(none) : none;
    String phase = text(status, "phase", "");
    boolean over = phase.equals("Succeeded") || phase.equals("Failed");
    PodSpec spec = null;
    Refusal refusal = Refusal.NONE;
    try {
      if (!item.problem().isEmpty()) {
        throw new FlintException(ErrorCode.POLICY, "it cannot be read: " + item.problem());
      }
      // What has ended is not run again, so it does not matter how it would be.
      spec = over ? null : PodParser.parse(object, PodOrigin.API);
    } catch (FlintException e) {
      refusal = Refusal.unsupported(String.valueOf(e.getMessage()));
    }
    return new ApiPod(
        name,
        uid,
        number(metadata, "generation"),
        spec,
        refusal,
        grace(metadata),
        over,
        text(status, "startTime", text(metadata, "creationTimestamp", "")),
        status,
        spec == null ? 0 : item.weight());
  }

  static ObjectName name(JsonObject metadata) throws FlintException {
    try {
      return new ObjectName(metadata.requiredString("namespace"), metadata.requiredString("name"));
    } catch (IllegalArgumentException e) {
      throw metadata.wrong("name", "a name");
    }
  }

  private static String text(JsonObject object, String member, String other) throws FlintException {
    return object.isText(member) ? object.requiredString(member) : other;
  }

  private static @Nullable Duration grace(JsonObject metadata) {
    return metadata.has("deletionTimestamp")
        ? Duration.ofSeconds(Math.max(0, number(metadata, "deletionGracePeriodSeconds")))
        : null;
  }

  private static long number(JsonObject object, String member) {
    try {
      return object.integer(member).orElse(0);
    } catch (FlintException e) {
      return 0;
    }
  }
}
