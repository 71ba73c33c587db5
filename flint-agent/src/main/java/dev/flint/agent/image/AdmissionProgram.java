package dev.flint.agent.image;

import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A program that says whether an image may run: by its exit status, with a reason in the first line
 * of its standard error.
 *
 * @param program is given one argument, {@code NAME@DIGEST}
 * @param patience how long it may take
 */
public record AdmissionProgram(Path program, Duration patience) {
  /** Enough to ask a registry for signatures. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MAX_REASON = 500;
  private static final int JOIN_MILLIS = 1000;

  void require(Reference reference, Digest resolved) throws IOException {
    Process process =
        new ProcessBuilder(program.toString(), reference.withDigest(resolved).toString())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Thread reader = new Thread(() -> read(process.getErrorStream(), said), "flint-admission");
    reader.setDaemon(true);
    reader.start();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NotAdmittedException(
            reference, program + " said nothing for " + patience.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        // A child of it may go on holding the pipe.
        reader.join(JOIN_MILLIS);
        throw new NotAdmittedException(reference, reason(said, process.exitValue()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + program + " ran");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** All of it, so that the program is not kept waiting; the beginning is kept. */
  private static void read(InputStream in, ByteArrayOutputStream said) {
    byte[] buffer = new byte[MAX_REASON];
    try (in) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        said.write(buffer, 0, Math.min(n, MAX_REASON - Math.min(MAX_REASON, said.size())));
      }
    } catch (IOException e) {
      // The program was ended.
    }
  }

  private String reason(ByteArrayOutputStream said, int status) {
    for (String line : said.toString(StandardCharsets.UTF_8).split("\n", -1)) {
      if (!line.isBlank()) {
        return line.strip();
      }
    }
    return program + " ended with status " + status;
  }
}
