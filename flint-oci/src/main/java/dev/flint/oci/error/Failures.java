package dev.flint.oci.error;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** What ends a program, in words for people. */
public final class Failures {
  private Failures() {}

  /** The failure as one that can be shown in a line; what nobody expected is INTERNAL. */
  public static FlintException known(Throwable failure) {
    if (failure instanceof FlintException known) {
      return known;
    }
    if (isInterrupt(failure)) {
      return new FlintException(ErrorCode.INTERRUPTED, "interrupted", failure);
    }
    if (failure instanceof IOException io) {
      return new FlintException(ErrorCode.LOCAL_IO, words(io), io);
    }
    if (failure instanceof OutOfMemoryError) {
      return new FlintException(
          ErrorCode.INTERNAL, "out of memory", "give Java more with FLINT_JAVA_OPTS=-Xmx256m");
    }
    return new FlintException(
        ErrorCode.INTERNAL,
        "internal error: " + failure,
        "this is a bug; please report it with the output of --debug");
  }

  /** An interrupt closes the file in use; and once the JVM ends, it takes no more hooks. */
  private static boolean isInterrupt(Throwable failure) {
    return failure instanceof ClosedByInterruptException
        || (failure instanceof IllegalStateException
            && "Shutdown in progress".equals(failure.getMessage()));
  }

  /** A file, or what is in a folder, that cannot be written. */
  public static FlintException writing(Path file, IOException e) {
    String reason =
        e instanceof FileSystemException known && known.getReason() != null
            ? known.getReason()
            : e.getMessage();
    return new FlintException(
        ErrorCode.LOCAL_IO,
        "cannot write " + file + ": " + (reason == null ? e.toString() : reason),
        isFullDisk(e) ? "make room, or choose another disk" : "",
        e);
  }

  /** The JDK has no exception type for this; the text is the one of the operating system. */
  public static boolean isFullDisk(Throwable failure) {
    String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space left") || text.contains("quota exceeded");
  }

  private static String words(IOException e) {
    if (e instanceof NoSuchFileException file) {
      return "no such file: " + file.getFile();
    }
    if (e instanceof AccessDeniedException file) {
      return "permission denied: " + file.getFile();
    }
    if (e instanceof FileAlreadyExistsException file) {
      return "exists already: " + file.getFile();
    }
    if (e instanceof NotDirectoryException file) {
      return "not a folder: " + file.getFile();
    }
    if (e instanceof FileSystemException file && file.getReason() != null) {
      return file.getFile() + ": " + file.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
