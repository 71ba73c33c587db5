package dev.flint.agent.backend;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.List;

/**
 * One thing that was looked at before a start: what an instance wants, beside what its host has.
 *
 * @param subject what: {@code architecture}, {@code memory}, {@code ports}, ...
 * @param message one line
 * @param remedy what to do about it, or empty
 */
public record Finding(Level level, String subject, String message, String remedy) {
  /** What follows of a finding. */
  public enum Level {
    /** Nothing. */
    OK,
    /** It runs, but not as well as it might. */
    WARNING,
    /** It does not run. */
    REFUSED
  }

  /** What is as it should be. */
  public static Finding ok(String subject, String message) {
    return new Finding(Level.OK, subject, message, "");
  }

  /** What may be in the way. */
  public static Finding warning(String subject, String message, String remedy) {
    return new Finding(Level.WARNING, subject, message, remedy);
  }

  /** What is in the way. */
  public static Finding refused(String subject, String message, String remedy) {
    return new Finding(Level.REFUSED, subject, message, remedy);
  }

  /** What is in the way, in the words of whoever found it. */
  public static Finding refused(String subject, FlintException why) {
    return refused(subject, String.valueOf(why.getMessage()), why.remedy());
  }

  /**
   * Goes on only where nothing is in the way.
   *
   * @throws FlintException UNSUPPORTED with the first finding that is
   */
  public static void requireNoRefusal(List<Finding> findings) throws FlintException {
    for (Finding finding : findings) {
      if (finding.level() == Level.REFUSED) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            "this host cannot run it: " + finding.subject() + ": " + finding.message(),
            finding.remedy());
      }
    }
  }
}
