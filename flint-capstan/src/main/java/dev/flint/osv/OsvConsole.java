package dev.flint.osv;

/**
 * Finds out from an OSv guest's console how it ended; QEMU's own exit status is 0 whatever the
 * program did. Needs a guest booted with {@code --verbose} and {@code --power-off-on-abort}.
 *
 * <p>The last line that tells of an end counts. What the kernel says comes last, so a program that
 * prints such lines itself decides about its own end only, which it may as well do by exiting. What
 * comes before the line {@code Cmdline:} is the kernel's and its start scripts'; it is forgotten
 * when the program starts. Of several programs in one line the last that failed counts, as OSv says
 * nothing of those that did not.
 */
public final class OsvConsole {
  private static final String START = "Cmdline: ";
  private static final String EXITED = "program exited with status ";
  private static final String RETURNED = " returned ";
  private static final String BACKTRACE = "[backtrace]";
  private static final String PAGE_FAULT = "page fault outside application, addr";
  private static final String SIGNAL = "Uncaught signal ";
  private static final String NO_MEMORY = "Out of memory: could not reclaim any further";
  private static final String NO_OBJECT = "Failed to load object: ";
  private static final String OFF = ". Powering off.";
  private static final int ABORTED = 6;
  private static final int SEGMENTATION_FAULT = 11;
  private static final int MAX_MESSAGE = 200;

  private OsvEnd end = new OsvEnd(0, OsvEnd.Kind.EXITED, "");
  private boolean started;
  // What the kernel says before it prints where it was.
  private int signal = ABORTED;
  private boolean noMemory;
  private String lastWords = "";

  /**
   * How a guest ended.
   *
   * @param text its console, or the last part of it
   */
  public static OsvEnd endOf(String text) {
    OsvConsole console = new OsvConsole();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      console.accept(text.substring(start, end));
      start = end + 1;
    }
    return console.end();
  }

  /** How the guest ended if it ended now. */
  public OsvEnd end() {
    return end;
  }

  /** Whether a program was started, by what was seen. */
  public boolean started() {
    return started;
  }

  /**
   * Looks at the next line.
   *
   * @param line without its line feed
   */
  public void accept(String line) {
    String text = line.stripTrailing();
    if (!started && text.startsWith(START)) {
      started = true;
      end = new OsvEnd(0, OsvEnd.Kind.EXITED, "");
      forget();
    } else if (text.endsWith(BACKTRACE)) {
      crash();
    } else if (text.contains(PAGE_FAULT)) {
      signal = SEGMENTATION_FAULT;
      lastWords = text;
    } else if (text.contains(NO_MEMORY)) {
      noMemory = true;
      lastWords = text;
    } else if (!uncaught(text) && !exit(text) && !cannotRun(text) && !text.isEmpty()) {
      // The reason of an abort is the line before the backtrace, unless one above says more.
      if (signal == ABORTED && !noMemory) {
        lastWords = text;
      }
    }
  }

  private void crash() {
    String what = lastWords.isEmpty() ? "" : ": " + lastWords;
    end =
        noMemory
            ? new OsvEnd(137, OsvEnd.Kind.OUT_OF_MEMORY, shortened("guest crashed" + what))
            : new OsvEnd(128 + signal, OsvEnd.Kind.CRASHED, shortened("guest crashed" + what));
    forget();
  }

  private void forget() {
    signal = ABORTED;
    noMemory = false;
    lastWords = "";
  }

  /** {@code Uncaught signal 11 ("Segmentation fault"). Aborting.} */
  private boolean uncaught(String text) {
    int at = text.indexOf(SIGNAL);
    int blank = at < 0 ? -1 : text.indexOf(' ', at + SIGNAL.length());
    int number = blank < 0 ? -1 : number(text, at + SIGNAL.length(), blank);
    if (number < 1 || number > 64) {
      return false;
    }
    signal = number;
    lastWords = text;
    return true;
  }

  /** The program may have left its last line open, so only the end of a line is looked at. */
  private boolean exit(String text) {
    int at = text.lastIndexOf(EXITED);
    if (at >= 0) {
      return exit(text, at, at + EXITED.length());
    }
    int returned = text.lastIndexOf(RETURNED);
    int program = returned < 0 ? -1 : text.lastIndexOf("program ", returned - 1);
    return program >= 0 && exit(text, program, returned + RETURNED.length());
  }

  private boolean exit(String text, int message, int at) {
    int status = number(text, at, text.length());
    if (status == Integer.MIN_VALUE) {
      return false;
    }
    // As wait(2) gives it.
    end = new OsvEnd(status & 0xff, OsvEnd.Kind.EXITED, shortened(text.substring(message)));
    forget();
    return true;
  }

  private boolean cannotRun(String text) {
    int object = text.lastIndexOf(NO_OBJECT);
    if (object >= 0 && text.endsWith(OFF)) {
      return cannotRun(127, text.substring(object, text.length() - OFF.length()));
    }
    if (text.startsWith("Failed to open runscript file ")) {
      return cannotRun(127, text);
    }
    if (text.endsWith("Failed looking up main" + OFF)
        || text.startsWith("Failed to create the main thread")) {
      return cannotRun(126, text);
    }
    if (text.equals("Failed to parse command line.")) {
      // It also follows a script that is missing, and then says less.
      return end.kind() == OsvEnd.Kind.CANNOT_RUN || cannotRun(125, text);
    }
    if (text.startsWith("This image has an empty command line.")
        || text.startsWith("unrecognized option: ")
        || text.startsWith("Failed expanding runscript")) {
      return cannotRun(125, text);
    }
    return false;
  }

  private boolean cannotRun(int code, String message) {
    end = new OsvEnd(code, OsvEnd.Kind.CANNOT_RUN, shortened(message));
    forget();
    return true;
  }

  private static String shortened(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
  }

  /** A decimal number, MIN_VALUE if it is none. */
  private static int number(String text, int start, int end) {
    int digits = start < end && text.charAt(start) == '-' ? start + 1 : start;
    if (digits == end || end - digits > 10) {
      return Integer.MIN_VALUE;
    }
    long value = 0;
    for (int i = digits; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      value = value * 10 + digit;
    }
    return (int) (digits > start ? -value : value);
  }
}
