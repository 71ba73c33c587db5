package dev.flint.agent.log;

/**
 * How far what a process has written is in its log.
 *
 * @param position of the first byte that is not in it; negative if nobody knows
 * @param rest of the line that goes on there
 */
record RawPlace(long position, Rest rest) {
  static final RawPlace BEGIN = new RawPlace(0, Rest.NONE);
  static final RawPlace UNKNOWN = new RawPlace(-1, Rest.NONE);

  /** What becomes of the rest of a line. */
  enum Rest {
    /** A line begins there. */
    NONE,
    /** It is shown. */
    SHOWN,
    /** It belongs to a value that is left out. */
    LEFT_OUT
  }
}
