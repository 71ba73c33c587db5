package dev.flint.oci.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Reused;
import dev.flint.oci.progress.ProgressEvent.Started;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MeterTest {
  private final List<ProgressEvent> events = new ArrayList<>();

  @Test
  void mergesSmallStepsAndLosesNoByte() {
    try (Meter meter = Meter.start(events::add, "x", 3_000_000)) {
      for (int i = 0; i < 3_000; i++) {
        meter.advance(1_000);
      }
      meter.finish(Outcome.DONE);
    }
    assertEquals(new Started("x", 3_000_000), events.get(0));
    assertEquals(new Finished("x", Outcome.DONE), events.get(events.size() - 1));
    assertEquals(48, events.size(), "of 3000");
    long total = 0;
    for (ProgressEvent event : events.subList(1, 47)) {
      total += ((Advanced) event).bytes();
    }
    assertEquals(3_000_000, total);
  }

  @Test
  void whatWasInVainIsTakenBack() {
    try (Meter meter = Meter.start(events::add, "x", 100_000)) {
      meter.reused(new Reuse(20_000, 2, 10));
      meter.advance(70_000);
      meter.advance(10);
      meter.restart();
      meter.advance(100_000);
      meter.finish(Outcome.DONE);
    }
    assertEquals(
        List.of(
            new Started("x", 100_000),
            new Reused("x", new Reuse(20_000, 2, 10)),
            new Advanced("x", 70_000),
            new Advanced("x", -70_000),
            new Reused("x", Reuse.NOTHING),
            new Advanced("x", 100_000),
            new Finished("x", Outcome.DONE)),
        events);
  }

  @Test
  void anItemThatWasNotFinishedFailed() {
    Meter meter = Meter.start(events::add, "x", -1);
    meter.close();
    assertEquals(List.of(new Started("x", -1), new Finished("x", Outcome.FAILED)), events);
  }
}
