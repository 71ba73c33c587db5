package dev.flint.agent.node;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Work on images by child processes, so that what it takes is never in the agent's memory. Thread-
 * safe.
 *
 * @param program that is a {@code flint}, and its first arguments
 * @param images the folder of unpacked images
 */
public record ChildProgram(List<String> program, Path images) {
  private static final int MAX_DOCUMENT = 4 << 20;
  private static final int MAX_SAID = 64 << 10;

  /** Copies the list. */
  public ChildProgram {
    program = List.copyOf(program);
  }

  /**
   * Runs a command until it ends.
   *
   * @param what fails if the child does not say why
   * @return what it prints
   * @throws ChildFailure if its exit code says so
   */
  JsonObject run(List<String> args, String what) throws IOException {
    return run(args, what, new byte[0]);
  }

  /**
   * Runs a command until it ends.
   *
   * @param what fails if the child does not say why
   * @param secret what it reads on its standard input, where nobody else sees it
   * @return what it prints
   * @throws ChildFailure if its exit code says so
   */
  JsonObject run(List<String> args, String what, byte[] secret) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(args);
    Files.createDirectories(images);
    Path said = Files.createTempFile(images, "fetch", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(
                  secret.length == 0
                      ? ProcessBuilder.Redirect.from(new File("/dev/null"))
                      : ProcessBuilder.Redirect.PIPE)
              .redirectError(said.toFile())
              .start();
      try (InputStream out = process.getInputStream()) {
        give(process, secret);
        byte[] result = out.readNBytes(MAX_DOCUMENT);
        int exit = process.waitFor();
        if (exit != 0) {
          throw failure(codeOf(exit), lastLine(said, what), result);
        }
        return JsonObject.parse(result, "answer of the child");
      } finally {
        process.destroy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a child worked on images");
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static void give(Process process, byte[] secret) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(secret);
    } catch (IOException e) {
      // It ended before it read them, and says why.
    }
  }

  private static ChildFailure failure(ErrorCode code, String message, byte[] result) {
    if (result.length > 0) {
      try {
        JsonObject more = JsonObject.parse(result, "failure");
        return new ChildFailure(
            code,
            message,
            more.string("reason").orElse(""),
            more.integer("missingBytes").orElse(-1));
      } catch (FlintException e) {
        // It began to say something else.
      }
    }
    return new ChildFailure(code, message, "", -1);
  }

  private static ErrorCode codeOf(int exit) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.exitCode() == exit) {
        return code;
      }
    }
    return ErrorCode.INTERNAL;
  }

  /** The last line of what it said, which may be anything, and which somebody may have removed. */
  private static String lastLine(Path said, String otherwise) {
    String text;
    try (InputStream in = Files.newInputStream(said)) {
      in.skipNBytes(Math.max(0, Files.size(said) - MAX_SAID));
      text = new String(in.readNBytes(MAX_SAID), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return otherwise;
    }
    String last = otherwise;
    for (String line : text.split("\n", -1)) {
      last = line.isBlank() ? last : line;
    }
    return last.startsWith("flint: ") ? last.substring("flint: ".length()) : last;
  }
}
