package dev.flint.registry;

import static dev.flint.registry.Fault.BUSY;
import static dev.flint.registry.Fault.DISPUTED;
import static dev.flint.registry.Fault.LOST;
import static dev.flint.registry.Fault.NOT_THERE;
import static dev.flint.registry.Fault.OUT_OF_STEP;
import static dev.flint.registry.Fault.TOO_LARGE;
import static dev.flint.registry.Fault.UNAUTHORIZED;
import static dev.flint.registry.Fault.UNREACHABLE;
import static dev.flint.registry.RequestKind.CHUNK;
import static dev.flint.registry.RequestKind.MANIFEST;
import static dev.flint.registry.RequestKind.OPENING;
import static dev.flint.registry.RequestKind.READ;
import static dev.flint.registry.RequestKind.STREAM;
import static dev.flint.registry.RequestKind.WHOLE;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which failure of which request is met how, and how often in a row. A body of an upload is never
 * simply sent again: a registry that took the first would have it twice.
 */
final class RetryMatrix {
  /**
   * One rule.
   *
   * @param times how often it holds for one blob or document before something new has arrived
   */
  record Row(Fault fault, Set<RequestKind> kinds, Recovery recovery, int times) {
    static Row of(
        Fault fault, Recovery recovery, int times, RequestKind kind, RequestKind... more) {
      return new Row(fault, EnumSet.of(kind, more), recovery, times);
    }
  }

  static final List<Row> ROWS =
      List.of(
          Row.of(UNREACHABLE, Recovery.RETRY, 2, READ, OPENING, MANIFEST),
          Row.of(UNREACHABLE, Recovery.RESUME, 0, STREAM),
          Row.of(UNREACHABLE, Recovery.LOOK_FIRST, 2, WHOLE, CHUNK),
          Row.of(LOST, Recovery.RETRY, 3, READ, OPENING, MANIFEST),
          Row.of(LOST, Recovery.RESUME, 0, STREAM),
          Row.of(LOST, Recovery.LOOK_FIRST, 4, WHOLE, CHUNK),
          Row.of(BUSY, Recovery.RETRY, 4, READ, STREAM, OPENING, MANIFEST),
          Row.of(BUSY, Recovery.RESTART, 4, WHOLE),
          Row.of(BUSY, Recovery.LOOK_FIRST, 4, CHUNK),
          // The session has refreshed the token if it could.
          Row.of(UNAUTHORIZED, Recovery.RESTART, 1, WHOLE),
          Row.of(UNAUTHORIZED, Recovery.LOOK_FIRST, 1, CHUNK),
          Row.of(NOT_THERE, Recovery.RESTART, 2, WHOLE, CHUNK),
          Row.of(OUT_OF_STEP, Recovery.LOOK_FIRST, 4, CHUNK),
          Row.of(DISPUTED, Recovery.RESTART, 1, WHOLE, CHUNK),
          Row.of(TOO_LARGE, Recovery.SMALLER, 2, WHOLE, CHUNK));

  private RetryMatrix() {}

  /** The rule for a failure; where none is written, nothing is tried. */
  static Row row(Fault fault, RequestKind kind) {
    return ROWS.stream()
        .filter(row -> row.fault() == fault && row.kinds().contains(kind))
        .findFirst()
        .orElse(Row.of(fault, Recovery.STOP, 0, kind));
  }
}
