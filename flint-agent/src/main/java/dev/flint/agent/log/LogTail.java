package dev.flint.agent.log;

import dev.flint.agent.instance.InstanceFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The end of the log of an instance's last run, in the place of what it has not said itself: as
 * much as a kubelet takes for {@code FallbackToLogsOnError}.
 */
public final class LogTail {
  private static final int LINES = 80;
  private static final int BYTES = 2048;

  /** Of a file; each piece of a line has a head, and its time. */
  private static final int READ = 64 << 10;

  private LogTail() {}

  /** Reads it; empty if there is none, or it cannot be read. */
  public static String of(InstanceFolder folder) {
    StringBuilder text = new StringBuilder();
    try {
      new LogReader(folder)
          .readEnd(
              READ,
              line -> {
                text.append(line.plainText()).append(line.full() ? "\n" : "");
                // Of one line there may be more than is to be held.
                text.delete(0, Math.max(0, text.length() - BYTES));
              });
    } catch (IOException e) {
      return "";
    }
    text.delete(0, startOfLines(text));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int start = Math.max(0, bytes.length - BYTES);
    // Not in the middle of a character.
    while (start > 0 && start < bytes.length && (bytes[start] & 0xc0) == 0x80) {
      start++;
    }
    return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
  }

  /** Where the last lines begin. */
  private static int startOfLines(StringBuilder text) {
    int lines = 0;
    for (int i = text.length() - 2; i >= 0; i--) {
      if (text.charAt(i) == '\n' && ++lines == LINES) {
        return i + 1;
      }
    }
    return 0;
  }
}
