package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a helper, without a shell, and is held up by nothing it does or leaves undone. */
final class HelperProcess {
  /** More than any credential needs. */
  private static final int MAX_OUTPUT = 64 * 1024;

  /** Not kept alive by whoever still holds the other end of a pipe. */
  private static final Executor THREADS =
      task -> {
        Thread thread = new Thread(task, "credential helper");
        thread.setDaemon(true);
        thread.start();
      };

  private final Path program;
  private final Map<String, String> env;
  private final Duration limit;

  HelperProcess(Path program, Map<String, String> env, Duration limit) {
    this.program = program;
    this.env = env;
    this.limit = limit;
  }

  /**
   * What it left.
   *
   * @param out its standard output
   * @param isCut whether that is only the beginning, as there was more than a helper may print
   */
  record Answer(int exit, String out, boolean isCut) {
    /** Without the output, which may be a secret. */
    @Override
    public String toString() {
      return "exit status " + exit;
    }
  }

  /**
   * Runs it to its end.
   *
   * @return empty if it did not end in time and was killed
   */
  Optional<Answer> run(String verb, byte[] input) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(program.toString(), verb);
    builder.environment().clear();
    builder.environment().putAll(env);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new FlintException(ErrorCode.AUTH, "cannot run credential helper " + program, e);
    }
    try {
      CompletableFuture<byte[]> out = drained(process.getInputStream());
      CompletableFuture<Void> all =
          CompletableFuture.allOf(
              out,
              drained(process.getErrorStream()),
              given(process.getOutputStream(), input),
              process.onExit());
      all.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      String text = new String(out.join(), StandardCharsets.UTF_8);
      return Optional.of(new Answer(process.exitValue(), text, out.join().length > MAX_OUTPUT));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new FlintException(ErrorCode.AUTH, "lost credential helper " + program, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted while a helper ran", e);
    } finally {
      // Its children could not be found after it, and it could make new ones after them. Not by
      // Process: that closes the pipes, which may wait for whoever reads them.
      List<ProcessHandle> children = process.descendants().toList();
      process.toHandle().destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** The first bytes; the rest is read too, as the helper would wait for ever otherwise. */
  private static CompletableFuture<byte[]> drained(InputStream in) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (in) {
            byte[] first = in.readNBytes(MAX_OUTPUT + 1);
            in.transferTo(OutputStream.nullOutputStream());
            return first;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        THREADS);
  }

  private static CompletableFuture<Void> given(OutputStream out, byte[] input) {
    return CompletableFuture.runAsync(
        () -> {
          try (out) {
            out.write(input);
          } catch (IOException e) {
            // It may end, or close its input, without having read it; its answer tells more.
          }
        },
        THREADS);
  }
}
