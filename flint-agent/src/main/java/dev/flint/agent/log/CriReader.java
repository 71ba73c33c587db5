package dev.flint.agent.log;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a CRI log file from where it stands. */
final class CriReader {
  private static final int MAX_LINE = RawTail.MAX_LINE + 128;

  private final InputStream in;
  private long consumed;

  CriReader(FileChannel file) {
    this.in = new BufferedInputStream(Channels.newInputStream(file));
  }

  /** How many bytes the lines so far had. */
  long consumed() {
    return consumed;
  }

  /** The next line that is complete, or null. What is not a log line is passed over. */
  @Nullable LogLine next() throws IOException {
    while (true) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      int length = 0;
      int next = in.read();
      while (next >= 0 && next != '\n') {
        length++;
        if (length <= MAX_LINE) {
          bytes.write(next);
        }
        next = in.read();
      }
      if (next < 0) {
        return null;
      }
      consumed += length + 1;
      String[] words = bytes.toString(StandardCharsets.UTF_8).split(" ", 4);
      if (words.length == 4) {
        return new LogLine(words[0], words[1], words[2].equals("F"), words[3]);
      }
    }
  }
}
