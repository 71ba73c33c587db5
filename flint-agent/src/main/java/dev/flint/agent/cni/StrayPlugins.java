package dev.flint.agent.cni;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Plugins that an agent started which was killed. They go on, and what they make after a removal
 * would stay.
 */
final class StrayPlugins {
  /** The variable by which plugins, and what they start, are known. */
  static final String CONTAINER = "CNI_CONTAINERID";

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private StrayPlugins() {}

  /**
   * Waits until none works for a container. One that takes long is ended.
   *
   * @throws FlintException LOCAL_IO if one does not end
   */
  static void await(String container) throws IOException {
    long start = System.nanoTime();
    for (List<Long> found = of(container); !found.isEmpty(); found = of(container)) {
      long waited = System.nanoTime() - start;
      if (waited > LIMIT_NANOS) {
        throw new FlintException(
            ErrorCode.LOCAL_IO, "a plugin of CNI does not end: process " + found.get(0));
      }
      if (waited > PATIENCE_NANOS) {
        for (long pid : found) {
          ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static List<Long> of(String container) throws IOException {
    List<Long> found = new ArrayList<>();
    String entry = "\0" + CONTAINER + "=" + container + "\0";
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        // A zombie has none.
        if (("\0" + environment(process)).contains(entry)) {
          found.add(Long.parseLong(String.valueOf(process.getFileName())));
        }
      }
    }
    return found;
  }

  private static String environment(Path process) {
    try {
      byte[] bytes = Files.readAllBytes(process.resolve("environ"));
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
