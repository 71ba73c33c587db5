package dev.flint.agent.pod.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.PodSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PodUpdateTest extends UpdateHarness {
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
    assertPinned(a, good().images());
    assertEquals("none", word(update));
    assertEquals(Long.MAX_VALUE, update.due(now));
    assertEquals(0, means.asked);
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
    assertPinned(b, update.pins());
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
    assertOnlyGood(b);
    assertEquals(List.of(), means.said);
  }

  @Test
  void aCrashBringsBackWhatRanBeforeWithItsImages() {
    PodUpdate update = tried(b);
    advance(update, CRASHED);
    assertTrue(a.isSame(update.running()));
    assertPinned(a, update.pins());
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
    assertPinned(a, update.pins());
    advance(update, UNREADY);
    assertEquals("none", word(update));
    assertEquals(0, update.status().rollbacks());
    assertEquals(List.of(), means.said);
    assertOnlyGood(a);
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
    assertNull(means.disk.good(), "it never was well");
    assertTrue(brave.isSame(update(brave).running()), "a later process runs it too");
  }

  @Test
  void whatTheDeviceCouldNotStartIsNotHeldAgainstThePodBeforeItsWindowEnds() {
    PodUpdate update = tried(b);
    advance(update, NOT_STARTED);
    assertTrue(b.isSame(update.running()));
    now += 1_000_000;
    advance(update, NOT_STARTED);
    assertTrue(a.isSame(update.running()));
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
}
