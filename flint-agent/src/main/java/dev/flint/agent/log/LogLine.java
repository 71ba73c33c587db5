package dev.flint.agent.log;

/**
 * A line of a log, or a part of a long one.
 *
 * @param time RFC 3339 text: when the agent read it, up to half a second after it was written, or
 *     more where no agent was running
 * @param stream {@code stdout} or {@code stderr}
 * @param full whether a line ends here
 * @param text as the instance wrote it, in UTF-8 as far as it is
 */
public record LogLine(String time, String stream, boolean full, String text) {
  /** The text without terminal sequences and control characters other than tab. */
  public String plainText() {
    StringBuilder out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\u001b') {
        i = afterSequence(i + 1);
        continue;
      }
      if (c == '\t' || !Character.isISOControl(c)) {
        out.append(c);
      }
      i++;
    }
    return out.toString();
  }

  /** Control sequences (ECMA-48 CSI), strings (OSC and its kind), and two-character ones. */
  private int afterSequence(int start) {
    if (start >= text.length()) {
      return start;
    }
    char kind = text.charAt(start);
    int i = start + 1;
    if (kind == '[') {
      while (i < text.length() && (text.charAt(i) < '@' || text.charAt(i) > '~')) {
        i++;
      }
      return Math.min(i + 1, text.length());
    }
    if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {
      while (i < text.length() && text.charAt(i) != '\u0007' && text.charAt(i) != '\u001b') {
        i++;
      }
      // The string ends with BEL or ESC backslash.
      int end = i < text.length() && text.charAt(i) == '\u001b' ? i + 2 : i + 1;
      return Math.min(end, text.length());
    }
    return i;
  }
}
