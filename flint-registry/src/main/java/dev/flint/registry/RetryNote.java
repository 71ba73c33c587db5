package dev.flint.registry;

import java.time.Duration;

/**
 * Something is about to be tried again.
 *
 * @param what is being done, for example {@code push blob sha256:... to localhost:5000/x}
 * @param why what the last attempt failed with; may quote text from outside
 * @param pause until the next attempt
 */
public record RetryNote(String what, String why, Duration pause) {
  /** All of it in one line. */
  public String line() {
    // What a registry refused is named in its refusal already.
    String begin = why.contains(what) ? why : "could not " + what + ": " + why;
    long tenths = (pause.toMillis() + 99) / 100;
    return begin
        + "; trying again "
        + (tenths == 0 ? "now" : "in " + tenths / 10 + "." + tenths % 10 + " s");
  }
}
