package dev.flint.agent.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads the lines of a CRI log file from where it stands. What is not a log line is passed over, as
 * is one that is longer than any that is written. The agent's machine interprets this, so a line
 * that nobody wants costs its bytes and no more.
 */
final class CriReader {
  /** More than the longest line. */
  private static final int BLOCK = 2 * RawTail.MAX_LINE;

  private final FileChannel file;
  private final byte[] block = new byte[BLOCK];

  /** In the block, the line and what was read after it. */
  private int start;

  private int end;
  private int limit;

  /** In the block, the blanks after the time, the stream and the tag. */
  private int afterTime;

  private int afterStream;
  private int afterTag;

  /** Whether the beginning of the line, which is too long, was dropped. */
  private boolean dropped;

  CriReader(FileChannel file) {
    this.file = file;
  }

  /** Goes to the next line that is complete; false if there is none. */
  boolean advance() throws IOException {
    boolean found = skip();
    while (found && !isLogLine()) {
      found = skip();
    }
    return found;
  }

  /** Goes behind the next end of a line, whatever is before it. */
  boolean skip() throws IOException {
    start = end;
    int at = start;
    while (true) {
      int stop = limit;
      while (at < stop && block[at] != '\n') {
        at++;
      }
      if (at < stop) {
        end = at + 1;
        // What is left of a line that was too long is none.
        start = dropped ? at : start;
        dropped = false;
        return true;
      }
      if (start == 0 && limit == BLOCK) {
        dropped = true;
        limit = 0;
      } else {
        System.arraycopy(block, start, block, 0, limit - start);
        limit -= start;
      }
      start = 0;
      end = 0;
      at = limit;
      int n = file.read(ByteBuffer.wrap(block, limit, BLOCK - limit));
      if (n <= 0) {
        return false;
      }
      limit += n;
    }
  }

  private boolean isLogLine() {
    afterTime = blank(start);
    afterStream = blank(afterTime + 1);
    afterTag = blank(afterStream + 1);
    return afterTag < end;
  }

  /** Where the next blank is; the line's end if there is none. */
  private int blank(int from) {
    int at = from;
    while (at < end && block[at] != ' ') {
      at++;
    }
    return at;
  }

  /** Whether the line is a whole one, or the end of one. */
  boolean isFull() {
    return afterTag == afterStream + 2 && block[afterStream + 1] == 'F';
  }

  /** When it was written, as it says. */
  String time() {
    return text(start, afterTime);
  }

  /** The line. */
  LogLine line() {
    return new LogLine(
        time(), text(afterTime + 1, afterStream), isFull(), text(afterTag + 1, end - 1));
  }

  private String text(int from, int to) {
    return new String(block, from, to - from, StandardCharsets.UTF_8);
  }
}
