package dev.flint.oci.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
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
    assertEquals(5, events.size());
    long total = 0;
    for (ProgressEvent event : events.subList(1, 4)) {
      total += ((Advanced) event).bytes();
    }
    assertEquals(3_000_000, total);
  }

  @Test
  void anItemThatWasNotFinishedFailed() {
    Meter meter = Meter.start(events::add, "x", -1);
    meter.close();
    assertEquals(List.of(new Started("x", -1), new Finished("x", Outcome.FAILED)), events);
  }
}
