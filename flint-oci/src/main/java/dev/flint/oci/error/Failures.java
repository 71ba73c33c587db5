package dev.flint.oci.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What ends a program, in words for people. */
public final class Failures {
  private Failures() {}

  /** The failure as one that can be shown in a line; what nobody expected is INTERNAL. */
  public static FlintException known(Throwable failure) {
    if (failure instanceof FlintException known) {
      return known;
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
