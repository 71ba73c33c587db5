package dev.flint.osv;

/**
 * How a guest ended, as far as its console tells.
 *
 * @param code 0 to 255, as a shell would have it
 * @param message one line for people, or empty
 */
public record OsvEnd(int code, Kind kind, String message) {
  /** What happened. */
  public enum Kind {
    /** The program ended by itself, also if nothing says how: OSv is silent about 0. */
    EXITED,
    /** The kernel stopped on a fault or an abort: 128 and the signal. */
    CRASHED,
    /** The kernel stopped as it had no memory left: 137. */
    OUT_OF_MEMORY,
    /** No program was started: 127 if it is missing, 126 if it is none, 125 for a bad line. */
    CANNOT_RUN
  }
}
