package dev.flint.agent.containerd;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Locale;

/** Numbers of signals on Linux (signal(7), x86 and ARM). */
public final class Signals {
  /** Ask to end. */
  public static final int TERM = 15;

  /** End at once. */
  public static final int KILL = 9;

  private static final int MAX = 64;
  private static final int FIRST_REAL_TIME = 34;

  /** By number, from 1 on. */
  private static final String NAMES =
      " HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT"
          + " STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS ";

  private Signals() {}

  /**
   * The number of a signal.
   *
   * @param text for example {@code SIGTERM}, {@code term}, {@code 15} or {@code SIGRTMIN+3}
   * @throws FlintException USAGE if there is no such signal
   */
  public static int number(String text) throws FlintException {
    String name = text.strip().toUpperCase(Locale.ROOT);
    name = name.startsWith("SIG") ? name.substring(3) : name;
    int number;
    if (name.startsWith("RTMIN")) {
      number = FIRST_REAL_TIME + (name.length() > 5 ? parsed(name.substring(5)) : 0);
    } else if (name.indexOf(' ') < 0 && NAMES.contains(" " + name + " ")) {
      number = 1;
      for (int at = NAMES.indexOf(' ', 1); at < NAMES.indexOf(" " + name + " ") + 1; number++) {
        at = NAMES.indexOf(' ', at + 1);
      }
    } else {
      number = parsed(name);
    }
    if (number < 1 || number > MAX) {
      throw new FlintException(ErrorCode.USAGE, "there is no signal \"" + text + "\"");
    }
    return number;
  }

  private static int parsed(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return -MAX;
    }
  }
}
