package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.oci.error.Failures;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A folder that cannot be written: why, and what helps. */
final class Unwritable {
  private Unwritable() {}

  /** What is told of a folder, of which the system has told no more than that. */
  static Finding found(String subject, Path folder) {
    try {
      Files.delete(Files.createTempFile(folder, ".flint-", ""));
      return found(subject, folder, new IOException("the system says so"));
    } catch (IOException e) {
      return found(subject, folder, e);
    }
  }

  /** What is told of a folder. */
  static Finding found(String subject, Path folder, IOException why) {
    String reason =
        why instanceof FileSystemException known && known.getReason() != null
            ? known.getReason()
            : Failures.known(why).getMessage();
    return Finding.refused(subject, folder + " cannot be written: " + reason, remedy(why));
  }

  /** The JDK has no exception type for this; the text is the one of the operating system. */
  static boolean isReadOnly(IOException why) {
    return String.valueOf(why.getMessage()).toLowerCase(Locale.ROOT).contains("read-only file");
  }

  private static String remedy(IOException why) {
    if (isReadOnly(why)) {
      return "have its file system mounted for writing, or choose another folder";
    }
    return Failures.isFullDisk(why) ? "make room" : "chown or chmod it";
  }
}
