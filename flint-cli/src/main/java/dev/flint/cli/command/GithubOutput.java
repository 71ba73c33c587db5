package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

  /** Refuses a file that they cannot be added to. The runner makes it, but need not have. */
  static void requireWritable(Path file) throws FlintException {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
      throw cannotWrite(file, "it is no file");
    }
    if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      throw cannotWrite(file, "permission denied");
    }
  }

  /** Adds them to a file in one write, on a line of their own. */
  void appendTo(Path file) throws FlintException {
    try {
      append(file);
    } catch (IOException e) {
      throw cannotWrite(file, String.valueOf(e.getMessage()));
    }
  }

  private static FlintException cannotWrite(Path file, String why) {
    return new FlintException(
        ErrorCode.LOCAL_IO, "cannot write " + file + ": " + why, "GITHUB_OUTPUT names it");
  }

  private void append(Path file) throws IOException {
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
