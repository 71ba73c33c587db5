package dev.flint.agent.pod.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.PodStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process decides that goes on where another was killed. */
final class LaterUpdateTest extends UpdateHarness {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAgentKilledAtAnyMomentDecidesTheSame(boolean good) {
    for (int killed = 0; killed < 90; killed++) {
      FakeMeans device = new FakeMeans();
      device.disk = UpdateRecord.good(new PinnedPod(a, FakeMeans.pins(a)));
      PodUpdate update = new PodUpdate(device.disk, b, device, Backoff.Rule.IMAGES);
      boolean leaving = false;
      for (int step = 0; step < 200; step++) {
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
    assertPinned(b, later.pins());
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
