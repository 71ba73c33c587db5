package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a QEMU, asked for again only when there is another program in its place. */
final class QemuVersion {
  private static final Pattern NUMBER = Pattern.compile("version ([0-9]+(?:\\.[0-9]+)*)");

  private final Path program;
  private FileTime of = FileTime.fromMillis(0);
  private String known = "";

  QemuVersion(Path program) {
    this.program = program;
  }

  /**
   * Says it.
   *
   * @throws FlintException UNSUPPORTED if the program is gone, or says nothing of the kind
   */
  synchronized String read() throws IOException {
    if (!Files.isExecutable(program)) {
      throw new FlintException(ErrorCode.UNSUPPORTED, program + " is not there");
    }
    FileTime now = Files.getLastModifiedTime(program);
    if (known.isEmpty() || !now.equals(of)) {
      known = ask();
      of = now;
    }
    return known;
  }

  private String ask() throws IOException {
    VersionAnswer answer = VersionAnswer.of(program);
    Matcher number = NUMBER.matcher(answer.text());
    if (answer.exit() != 0 || !number.find()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          program + " --version: " + (answer.isThere() ? answer.line() : "no answer"));
    }
    return number.group(1);
  }
}
