package dev.flint.oci.disk;

import java.util.function.LongUnaryOperator;

/** Asks for holes of a file, once for each hole. For one thread. */
final class KnownZeros {
  private final LongUnaryOperator source;
  private long from;
  private long to;

  KnownZeros(LongUnaryOperator source) {
    this.source = source;
  }

  /** How many bytes from an offset on are known to be zero. */
  long at(long offset) {
    if (offset < from || offset >= to) {
      from = offset;
      to = offset + source.applyAsLong(offset);
    }
    return to - offset;
  }
}
