package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryMatrixTest {
  @ParameterizedTest
  @CsvSource({
    "UNREACHABLE, READ, RETRY",
    "UNREACHABLE, STREAM, RESUME",
    "UNREACHABLE, OPENING, RETRY",
    "UNREACHABLE, WHOLE, LOOK_FIRST",
    "UNREACHABLE, MANIFEST, RETRY",
    "LOST, READ, RETRY",
    "LOST, STREAM, RESUME",
    "LOST, OPENING, RETRY",
    "LOST, WHOLE, LOOK_FIRST",
    "LOST, CHUNK, LOOK_FIRST",
    "LOST, MANIFEST, RETRY",
    "BUSY, READ, RETRY",
    "BUSY, STREAM, RETRY",
    "BUSY, WHOLE, RESTART",
    "BUSY, CHUNK, LOOK_FIRST",
    "BUSY, MANIFEST, RETRY",
    "UNAUTHORIZED, READ, STOP",
    "UNAUTHORIZED, OPENING, STOP",
    "UNAUTHORIZED, WHOLE, RESTART",
    "UNAUTHORIZED, MANIFEST, STOP",
    "NOT_THERE, READ, STOP",
    "NOT_THERE, OPENING, STOP",
    "NOT_THERE, WHOLE, RESTART",
    "NOT_THERE, CHUNK, RESTART",
    "NOT_THERE, MANIFEST, STOP",
    "OUT_OF_STEP, CHUNK, LOOK_FIRST",
    "OUT_OF_STEP, WHOLE, STOP",
    "DISPUTED, WHOLE, RESTART",
    "DISPUTED, MANIFEST, STOP",
    "TOO_LARGE, WHOLE, SMALLER",
    "TOO_LARGE, CHUNK, SMALLER",
    "TOO_LARGE, MANIFEST, STOP",
  })
  void saysWhatIsDone(Fault fault, RequestKind kind, Recovery recovery) {
    assertEquals(recovery, RetryMatrix.row(fault, kind).recovery());
  }

  /** A registry that took the first would have the bytes twice. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void neverSimplyRepeatsABodyOfAnUpload(Fault fault) {
    for (RequestKind kind : Set.of(RequestKind.WHOLE, RequestKind.CHUNK)) {
      assertTrue(RetryMatrix.row(fault, kind).recovery() != Recovery.RETRY);
    }
  }

  @ParameterizedTest
  @EnumSource(RequestKind.class)
  void whatStaysAsItIsIsNotTriedAgain(RequestKind kind) {
    assertEquals(Recovery.STOP, RetryMatrix.row(Fault.FINAL, kind).recovery());
  }

  @Test
  void hasOneRuleForEachCase() {
    for (Fault fault : Fault.values()) {
      EnumSet<RequestKind> seen = EnumSet.noneOf(RequestKind.class);
      for (RetryMatrix.Row row : RetryMatrix.ROWS) {
        if (row.fault() == fault) {
          for (RequestKind kind : row.kinds()) {
            assertTrue(seen.add(kind), fault + " " + kind);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 499, 500, 502, 503, 504, 522})
  void waitsForAServerThatHasNoTime(int status) {
    assertTrue(Fault.isBusy(status));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 206, 400, 401, 403, 404, 405, 413, 415, 416, 501, 505, 507, 511})
  void doesNotWaitForAnotherAnswer(int status) {
    assertFalse(Fault.isBusy(status));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "5, 16", "6, 30", "99, 30"})
  void waitsDoubleUpToALimit(int failures, int seconds) {
    assertEquals(Duration.ofSeconds(seconds), RetryPolicy.USUAL.waitAfter(failures));
  }
}
