package dev.flint.agent.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whole arguments, one after the other, by which a process is known. No more of what others show as
 * theirs is held at once than twice the mark and a page.
 */
record Mark(List<String> words) {
  /** Twice what the kernel gives to arguments unless it was told otherwise. */
  private static final long MOST = 4 << 20;

  private static final int PAGE = 4096;

  Mark {
    words = List.copyOf(words);
  }

  static Mark of(String... words) {
    return new Mark(List.of(words));
  }

  /** Whether they are among arguments as /proc shows them, each with a NUL at its end. */
  boolean isIn(InputStream arguments) throws IOException {
    // Bytes as characters: what others show need not be text.
    String wanted = bytes("\0" + String.join("\0", words) + "\0");
    StringBuilder seen = new StringBuilder("\0");
    byte[] page = new byte[PAGE];
    long left = MOST;
    for (int n = arguments.read(page); n > 0 && left > 0; n = arguments.read(page)) {
      left -= n;
      seen.append(new String(page, 0, n, StandardCharsets.ISO_8859_1));
      if (seen.indexOf(wanted) >= 0) {
        return true;
      }
      seen.delete(0, Math.max(0, seen.length() - wanted.length() + 1));
    }
    return false;
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
