package dev.flint.agent.http;

import dev.flint.agent.log.LogLine;
import dev.flint.agent.log.LogReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lines of a log as they come, up to a number of bytes. The answer begins with the first
 * one: until then it may turn out that there is no such log.
 */
final class LogAnswer implements LogReader.Sink {
  private final Call call;
  private final LogWish wish;
  private @Nullable OutputStream out;
  private long left;
  private boolean inLine;
  private boolean written;

  LogAnswer(Call call, LogWish wish) {
    this.call = call;
    this.wish = wish;
    this.left = wish.limitBytes();
  }

  /** There may be no more, as all bytes are spent. */
  static final class Full extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** Begins the answer, if it was not. */
  OutputStream begin() throws IOException {
    OutputStream stream = out;
    if (stream == null) {
      stream = call.begin(Call.TEXT);
      out = stream;
      written = true;
    }
    return stream;
  }

  @Override
  public void accept(LogLine line) throws IOException {
    String text = wish.raw() ? line.text() : line.plainText();
    String time = wish.timestamps() && !inLine ? line.time() + " " : "";
    byte[] bytes = (time + text + (line.full() ? "\n" : "")).getBytes(StandardCharsets.UTF_8);
    inLine = !line.full();
    int length = (int) Math.min(left, bytes.length);
    begin().write(bytes, 0, length);
    left -= length;
    written = true;
    if (left == 0) {
      throw new Full();
    }
  }

  /** Sends what was written; says whether there was anything since the last time. */
  boolean flush() throws IOException {
    if (call.isCut()) {
      throw new IOException("the connection was closed");
    }
    OutputStream stream = begin();
    boolean any = written;
    written = false;
    if (any) {
      stream.flush();
    }
    return any;
  }
}
