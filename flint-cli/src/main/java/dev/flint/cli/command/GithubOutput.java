package dev.flint.cli.command;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Outputs of a step for GitHub Actions, in the format of the file that {@code GITHUB_OUTPUT} names.
 * Confined to one thread.
 */
final class GithubOutput {
  private final StringBuilder text = new StringBuilder();

  /**
   * Adds an output.
   *
   * @throws IllegalArgumentException for a value of several lines, which could set other outputs
   */
  GithubOutput with(String name, String value) {
    if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("the output " + name + " has more than one line");
    }
    text.append(name).append('=').append(value).append('\n');
    return this;
  }

  /** Adds them to a file in one write, on a line of their own. */
  void appendTo(Path file) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      long length = out.length();
      if (length > 0) {
        out.seek(length - 1);
        if (out.read() != '\n') {
          text.insert(0, '\n');
        }
      }
      out.seek(length);
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
