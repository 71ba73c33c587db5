package dev.flint.agent.pod;

import java.util.ArrayList;
import java.util.List;

/** What a document is about, and what is to be said of it though it is taken. */
final class Subject {
  private static final int MAX_WARNINGS = 50;

  private final String what;
  private final boolean lenient;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param what for example {@code pod web}
   */
  Subject(String what) {
    this(what, false);
  }

  /**
   * @param lenient whether fields that nobody knows are passed over with a warning: a server that
   *     took them knows them, so they are newer than we are, not misspelt
   */
  Subject(String what, boolean lenient) {
    this.what = what;
    this.lenient = lenient;
  }

  boolean isLenient() {
    return lenient;
  }

  /** A message about a field. */
  String say(String path, String rule) {
    return path.isEmpty() ? what + ": " + rule : what + ": " + path + ": " + rule;
  }

  void warn(String warning) {
    if (warnings.size() < MAX_WARNINGS) {
      warnings.add(warning);
    }
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }
}
