package dev.flint.agent.pod.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.oci.error.FlintException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PodUpdateTest {
  private static final PodStatus WELL = status(true, null);
  private static final PodStatus UNREADY = status(false, null);
  private static final PodStatus CRASHED = status(false, new End(3, "Error", "", 1, 2));

  private final PodSpec a = pod("a", "60s");
  private final PodSpec b = pod("b", "60s");
  private final PodSpec c = pod("c", "60s");
  private final FakeMeans means = new FakeMeans();
  private long now;

  private static PodSpec pod(String word, String window) {
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

  private static PodStatus status(boolean ready, @Nullable End end) {
    State state = end == null ? State.RUNNING : State.WAITING;
    return PodStatus.of(
        List.of(), List.of(new ContainerStatus("app", state, "", "", ready, ready, 0, end)));
  }

  private PodUpdate update(PodSpec wanted) {
    return new PodUpdate(means.disk, wanted, means, Backoff.Rule.IMAGES);
  }

  /** A pod that has been well, and is changed. */
  private PodUpdate changed(PodSpec to) {
    means.disk = UpdateRecord.good(new PinnedPod(a, FakeMeans.pins(a)));
    PodUpdate update = update(a);
    advance(update, WELL);
    update.want(to);
    advance(update, WELL);
    return update;
  }

  /** One whose images came, and that is begun. */
  private PodUpdate tried(PodSpec to) {
    PodUpdate update = changed(to);
    means.answer("");
    advance(update, WELL);
    advance(update, UNREADY);
    return update;
  }

  private static String word(PodUpdate update) {
    return update.status().step().word();
  }

  private void advance(PodUpdate update, PodStatus status) {
    PodSpec before = update.running();
    update.advance(now, false);
    if (update.isJudged() && before.isSame(update.running())) {
      update.judge(now, status);
    }
  }

  @Test
  void whatNeverRanIsRunAtOnceAndIsSomethingToGoBackToOnceItIsWell() {
    PodUpdate update = update(a);
    assertTrue(a.isSame(update.running()));
    advance(update, WELL);
    now += 9_999;
    advance(update, WELL);
    assertNull(means.disk.good());
    now += 1;
    advance(update, WELL);
    assertEquals(FakeMeans.pins(a), good().images());
    assertEquals("none", word(update));
    assertEquals(Long.MAX_VALUE, update.due(now));
    assertEquals(0, means.asked);
  }

  private PinnedPod good() {
    PinnedPod good = means.disk.good();
    assertTrue(good != null, "nothing to go back to");
    return good;
  }

  @Test
  void whatCrashesNowAndThenIsNothingToGoBackTo() {
    PodUpdate update = update(a);
    for (int i = 0; i < 10; i++) {
      advance(update, WELL);
      now += 9_000;
      advance(update, CRASHED);
      now += 1_000;
    }
    assertNull(means.disk.good());
    update.want(b);
    advance(update, CRASHED);
    means.answer("");
    advance(update, CRASHED);
    assertTrue(b.isSame(update.running()));
    advance(update, CRASHED);
    now += 1_000_000;
    advance(update, CRASHED);
    assertTrue(b.isSame(update.running()), "there is nothing else");
  }

  @Test
  void theOldRunsUntilTheImagesOfTheNewAreThere() {
    PodUpdate update = changed(b);
    now += 1_000_000;
    advance(update, WELL);
    assertTrue(a.isSame(update.running()));
    assertEquals("fetching", word(update));
    means.answer("");
    update.advance(now, true);
    assertTrue(a.isSame(update.running()), "one is still being brought down");
    advance(update, WELL);
    assertTrue(b.isSame(update.running()));
    assertEquals("switching", word(update));
    assertEquals(FakeMeans.pins(b), update.pins());
    advance(update, UNREADY);
    assertEquals("watching", word(update));
    assertEquals(1, means.asked);
  }

  @Test
  void whatCannotBeFetchedIsTriedAgainLaterAndLater() {
    PodUpdate update = changed(b);
    for (long pause : new long[] {10_000, 20_000, 40_000}) {
      int asked = means.asked;
      means.answer("no such image");
      advance(update, WELL);
      assertEquals(now + pause, update.due(now));
      assertEquals("no such image", update.status().message());
      now += pause - 1;
      advance(update, WELL);
      assertEquals(asked, means.asked);
      now += 1;
      advance(update, WELL);
      assertEquals(asked + 1, means.asked);
    }
    assertTrue(a.isSame(update.running()));
    assertEquals(
        List.of("pod web: the changed pod has to wait: no such image"), means.said, "said once");
  }

  @Test
  void whatIsWellWhenItsWindowEndsIsKept() {
    PodUpdate update = tried(b);
    assertEquals(now + 60_000, update.due(now));
    now += 59_999;
    advance(update, WELL);
    assertEquals("watching", word(update));
    now += 1;
    advance(update, WELL);
    assertEquals("none", word(update));
    assertEquals(UpdateRecord.good(new PinnedPod(b, FakeMeans.pins(b))), means.disk);
    assertEquals(List.of(), means.said);
  }

  @Test
  void aCrashBringsBackWhatRanBeforeWithItsImages() {
    PodUpdate update = tried(b);
    advance(update, CRASHED);
    assertTrue(a.isSame(update.running()));
    assertEquals(FakeMeans.pins(a), update.pins());
    assertEquals("rolled_back", word(update));
    assertEquals("UpdateRolledBack", update.status().step().reason());
    assertEquals(1, update.status().rollbacks());
    assertTrue(update.status().message().endsWith("container app ended: exit code 3 (Error)"));
    assertEquals(1, means.said.size());
    now += 1_000_000;
    advance(update, WELL);
    assertTrue(a.isSame(update.running()), "it is not tried again");
    assertNull(means.disk.trial());
    assertEquals(1, means.asked);
  }

  @Test
  void whatIsNotReadyInItsWindowIsTakenBack() {
    PodUpdate update = tried(b);
    now += 59_999;
    advance(update, UNREADY);
    assertEquals("watching", word(update));
    now += 1;
    advance(update, UNREADY);
    assertTrue(a.isSame(update.running()));
    assertTrue(
        update.status().message().endsWith("container app is not ready after 60 seconds"),
        update.status()::message);
  }

  @Test
  void aNewerChangeWinsAndTheLastGoodOneStays() {
    PodUpdate update = tried(b);
    update.want(c);
    advance(update, UNREADY);
    assertTrue(b.isSame(update.running()), "until the images are there");
    means.answer("");
    advance(update, UNREADY);
    assertTrue(c.isSame(update.running()));
    advance(update, UNREADY);
    advance(update, CRASHED);
    assertTrue(a.isSame(update.running()));
    assertEquals("rolled_back", word(update));
  }

  @Test
  void whatFailsWhileANewerOneIsFetchedIsTakenBackMeanwhile() {
    PodUpdate update = tried(b);
    update.want(c);
    advance(update, UNREADY);
    advance(update, CRASHED);
    assertTrue(a.isSame(update.running()));
    assertEquals("fetching", word(update));
    assertTrue(means.isAsked(), "it is not asked for anew");
    means.answer("");
    advance(update, WELL);
    assertTrue(c.isSame(update.running()));
    assertEquals(2, means.asked);
  }

  @Test
  void changingTheFileBackAsksNobody() {
    PodUpdate update = tried(b);
    update.want(a);
    advance(update, UNREADY);
    assertTrue(a.isSame(update.running()));
    assertEquals(FakeMeans.pins(a), update.pins());
    advance(update, UNREADY);
    assertEquals("none", word(update));
    assertEquals(0, update.status().rollbacks());
    assertEquals(List.of(), means.said);
    assertEquals(UpdateRecord.good(new PinnedPod(a, FakeMeans.pins(a))), means.disk);
  }

  @Test
  void whatWasBadIsTriedAgainIfTheFileWasChangedInBetween() {
    PodUpdate update = tried(b);
    advance(update, CRASHED);
    update.want(c);
    advance(update, WELL);
    update.want(b);
    advance(update, WELL);
    assertEquals(List.of(c.uid()), means.discarded);
    means.answer("");
    advance(update, WELL);
    assertTrue(b.isSame(update.running()));
  }

  @Test
  void withoutAWindowThereIsNoWayBack() {
    PodSpec brave = pod("b", "0s");
    PodUpdate update = tried(brave);
    advance(update, CRASHED);
    now += 1_000_000;
    advance(update, CRASHED);
    assertTrue(brave.isSame(update.running()));
    assertTrue(brave.isSame(good().pod()), "a later process runs it too");
  }

  @Test
  void whatCannotBeKeptIsNotSwitchedTo() {
    PodUpdate update = changed(b);
    means.full = true;
    means.answer("");
    advance(update, WELL);
    assertTrue(a.isSame(update.running()));
    means.full = false;
    advance(update, WELL);
    assertTrue(b.isSame(update.running()));
    advance(update, UNREADY);
    means.full = true;
    advance(update, CRASHED);
    assertTrue(a.isSame(update.running()), "going back needs no space");
    means.full = false;
    now += 5_000;
    advance(update, WELL);
    assertEquals(b.uid(), bad().uid());
  }

  private UpdateRecord.Bad bad() {
    UpdateRecord.Bad bad = means.disk.bad();
    assertTrue(bad != null, "nothing was bad");
    return bad;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAgentKilledAtAnyMomentDecidesTheSame(boolean good) {
    for (int killed = 0; killed < 200; killed++) {
      FakeMeans device = new FakeMeans();
      device.disk = UpdateRecord.good(new PinnedPod(a, FakeMeans.pins(a)));
      PodUpdate update = new PodUpdate(device.disk, b, device, Backoff.Rule.IMAGES);
      boolean leaving = false;
      for (int step = 0; step < 400; step++) {
        if (step == killed) {
          device.die();
          update = new PodUpdate(device.disk, b, device, Backoff.Rule.IMAGES);
          leaving = update.before().isPresent();
        }
        PodSpec ran = update.running();
        update.advance(step * 1000L, leaving);
        PodStatus how = ran.isSame(a) || good ? WELL : UNREADY;
        if (!leaving && update.isJudged() && ran.isSame(update.running())) {
          update.judge(step * 1000L, how);
        }
        leaving = !ran.isSame(update.running());
        if (step % 3 == 0) {
          device.answer("");
        }
        device.time = new BootTime("first", device.time.millis() + 1000);
      }
      assertTrue((good ? b : a).isSame(update.running()), "killed at " + killed);
      assertEquals(good ? "none" : "rolled_back", word(update), "killed at " + killed);
      assertNull(device.disk.trial());
      assertEquals(good, device.disk.bad() == null);
    }
  }

  @Test
  void aLaterProcessGoesOnWithTheWindow() {
    assertEquals("watching", word(tried(b)));
    means.time = new BootTime("first", means.time.millis() + 50_000);
    PodUpdate update = update(b);
    assertTrue(b.isSame(update.running()));
    assertFalse(update.before().isPresent());
    advance(update, UNREADY);
    assertEquals(now + 10_000, update.due(now));
    now += 10_000;
    advance(update, UNREADY);
    assertEquals("watching", word(update), "its probes have begun anew");
    now += 20_000;
    advance(update, UNREADY);
    assertEquals("rolled_back", word(update));
  }

  @Test
  void afterARebootTheWindowBeginsAnewAndOldEndsAreSpared() {
    assertEquals("watching", word(tried(b)));
    for (int boot = 2; boot <= 3; boot++) {
      means.time = new BootTime("boot " + boot, 10);
      PodUpdate update = update(b);
      advance(update, CRASHED);
      assertEquals("watching", word(update), "that was the power");
      assertEquals(now + 60_000, update.due(now));
    }
    PodUpdate again = update(b);
    advance(again, CRASHED);
    assertEquals("watching", word(again), "also for a second process");
    means.time = new BootTime("boot 4", 10);
    PodUpdate last = update(b);
    advance(last, WELL);
    assertTrue(a.isSame(last.running()), "it may be what brings the device down");
    assertEquals("rolled_back", word(last));
  }

  @Test
  void whatWasNotBegunIsPrecededByWhatRanBefore() {
    PodUpdate update = changed(b);
    means.answer("");
    advance(update, WELL);
    PodUpdate later = update(b);
    assertTrue(a.isSame(later.before().orElseThrow()));
    assertTrue(b.isSame(later.running()));
    assertEquals(FakeMeans.pins(b), later.pins());
  }

  @Test
  void aFileThatWasChangedWhileNobodyLookedIsAChangeLikeOthers() {
    assertEquals("watching", word(tried(b)));
    PodUpdate update = update(c);
    assertTrue(b.isSame(update.running()));
    advance(update, UNREADY);
    means.answer("");
    advance(update, UNREADY);
    assertTrue(c.isSame(update.running()));
    assertTrue(a.isSame(good().pod()));
  }
}
