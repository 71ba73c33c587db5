package dev.flint.cli.demo;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prints with a margin. */
final class IndentedStream extends PrintStream {
  IndentedStream(PrintStream out) {
    super(new Margin(out), true, StandardCharsets.UTF_8);
  }

  private static final class Margin extends FilterOutputStream {
    private static final byte[] INDENT = "      ".getBytes(StandardCharsets.US_ASCII);
    private boolean atStart = true;

    Margin(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      if (atStart && b != '\n') {
        out.write(INDENT);
      }
      atStart = b == '\n';
      out.write(b);
    }
  }
}
