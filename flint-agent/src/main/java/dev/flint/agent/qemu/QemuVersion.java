package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a QEMU, asked for again only when there is another program in its place. */
final class QemuVersion {
  private static final Duration LIMIT = Duration.ofSeconds(8);
  private static final int MAX_TEXT = 4096;
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
    Process process =
        new ProcessBuilder(program.toString(), "--version")
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    try (InputStream out = process.getInputStream()) {
      boolean over = process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      String text =
          over ? new String(out.readNBytes(MAX_TEXT), StandardCharsets.UTF_8) : "no answer";
      Matcher number = NUMBER.matcher(text);
      if (!over || process.exitValue() != 0 || !number.find()) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED, program + " --version: " + text.lines().findFirst().orElse(""));
      }
      return number.group(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted as QEMU was asked", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
