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
 * would stay. Servers that plugins leave running, for example for names, are none.
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
  static void await(Attachment attachment) throws IOException {
    long start = System.nanoTime();
    for (List<Long> found = of(attachment); !found.isEmpty(); found = of(attachment)) {
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

  private static List<Long> of(Attachment attachment) throws IOException {
    List<Long> found = new ArrayList<>();
    String entry = "\0" + CONTAINER + "=" + attachment.container() + "\0";
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        // A zombie has none.
        if (("\0" + text(process.resolve("environ"))).contains(entry)
            && isPlugin(attachment, text(process.resolve("cmdline")))) {
          found.add(Long.parseLong(String.valueOf(process.getFileName())));
        }
      }
    }
    return found;
  }

  /** Whether its program lies in a folder of plugins; a script's is the second word. */
  private static boolean isPlugin(Attachment attachment, String line) {
    String[] words = line.split("\0", 3);
    for (String folder : attachment.path().split(":", -1)) {
      for (int i = 0; i < words.length && i < 2; i++) {
        if (words[i].startsWith(folder + "/")) {
          return true;
        }
      }
    }
    return false;
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
