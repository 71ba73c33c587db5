package dev.flint.agent.pod.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One pod on a device of a test's own. */
abstract class UpdateHarness {
  static final PodStatus WELL = status(true, null);
  static final PodStatus UNREADY = status(false, null);
  static final PodStatus NOT_STARTED = status(false, new End(125, "ContainerCannotRun", "", 1, 2));
  static final PodStatus CRASHED = status(false, new End(3, "Error", "", 1, 2));

  final PodSpec a = pod("a", "60s");
  final PodSpec b = pod("b", "60s");
  final PodSpec c = pod("c", "60s");
  final FakeMeans means = new FakeMeans();
  long now;

  static PodSpec pod(String word, String window) {
    try {
      return Pods.pod(
          "metadata: {name: web, annotations: {flint.dev/update-window: "
              + window
              + "}}\nspec: {containers: [{name: app, image: i, args: ["
              + word
              + "]}]}\n");
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  static PodStatus status(boolean ready, @Nullable End end) {
    State state = end == null ? State.RUNNING : State.WAITING;
    return PodStatus.of(
        List.of(), List.of(new ContainerStatus("app", state, "", "", ready, ready, 0, end)));
  }

  PodUpdate update(PodSpec wanted) {
    return new PodUpdate(means.disk, wanted, means, Backoff.Rule.IMAGES);
  }

  /** A pod that has been well, and is changed. */
  PodUpdate changed(PodSpec to) {
    means.disk = UpdateRecord.good(new PinnedPod(a, FakeMeans.pins(a)));
    PodUpdate update = update(a);
    advance(update, WELL);
    update.want(to);
    advance(update, WELL);
    return update;
  }

  /** One whose images came, and that is begun. */
  PodUpdate tried(PodSpec to) {
    PodUpdate update = changed(to);
    means.answer("");
    advance(update, WELL);
    advance(update, UNREADY);
    return update;
  }

  static String word(PodUpdate update) {
    return update.status().step().word();
  }

  void advance(PodUpdate update, PodStatus status) {
    PodSpec before = update.running();
    update.advance(now, false);
    if (update.isJudged() && before.isSame(update.running())) {
      update.judge(now, status);
    }
  }

  static void assertPinned(PodSpec pod, Map<String, PreparedImage> images) {
    assertEquals(Set.of("app"), images.keySet());
    Digest manifest = FakeMeans.pins(pod).values().iterator().next().manifest();
    assertEquals(manifest, images.values().iterator().next().manifest());
  }

  void assertOnlyGood(PodSpec pod) {
    assertTrue(pod.isSame(good().pod()));
    assertPinned(pod, good().images());
    assertNull(means.disk.trial());
    assertNull(means.disk.bad());
  }

  PinnedPod good() {
    return Objects.requireNonNull(means.disk.good(), "nothing to go back to");
  }

  UpdateRecord.Bad bad() {
    return Objects.requireNonNull(means.disk.bad(), "nothing was bad");
  }
}
