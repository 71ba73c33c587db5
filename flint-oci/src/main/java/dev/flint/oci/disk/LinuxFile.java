package dev.flint.oci.disk;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import dev.flint.oci.foreign.ForeignLibrary;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;

/** A file descriptor of Linux, open for reading. */
final class LinuxFile implements Closeable {
  private static final int O_RDONLY_CLOEXEC = 02000000;
  private static final int SEEK_DATA = 3;
  private static final int ENXIO = 6;

  private final Function seek;
  private final Function close;
  private final int descriptor;
  private boolean closed;

  private LinuxFile(NativeLibrary libc, byte[] path) {
    seek = libc.getFunction("lseek", Function.THROW_LAST_ERROR);
    close = libc.getFunction("close");
    Function open = libc.getFunction("open", Function.THROW_LAST_ERROR);
    descriptor = open.invokeInt(new Object[] {path, O_RDONLY_CLOEXEC});
  }

  /** Opens a file; empty where that cannot be done, for whatever reason. */
  static Optional<LinuxFile> open(Path file) {
    if (!file.getFileSystem().equals(FileSystems.getDefault())) {
      return Optional.empty();
    }
    byte[] path = bytes(file);
    return ForeignLibrary.bindProcess(
        libc -> {
          if (!Platform.isLinux()) {
            throw new UnsupportedOperationException("not Linux");
          }
          return new LinuxFile(libc, path);
        });
  }

  /**
   * A name as the system has it, ended by a zero. Names need not be text in any encoding; the URI
   * has each byte as it is.
   */
  private static byte[] bytes(Path file) {
    String uri = file.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(uri.length() + 1);
    for (int at = 0; at < uri.length(); at++) {
      if (uri.charAt(at) == '%') {
        bytes.write(Integer.parseInt(uri.substring(at + 1, at + 3), 16));
        at += 2;
      } else {
        bytes.write(uri.charAt(at));
      }
    }
    bytes.write(0);
    return bytes.toByteArray();
  }

  /** A name for whatever this is open to, for as long as it is. */
  Path path() {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  /**
   * The first offset, from the given one on, that may have data; {@link Long#MAX_VALUE} if there is
   * none. A file system that does not know says that all is data.
   */
  long nextData(long offset) {
    try {
      return seek.invokeLong(new Object[] {descriptor, offset, SEEK_DATA});
    } catch (LastErrorException e) {
      return e.getErrorCode() == ENXIO ? Long.MAX_VALUE : offset;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      close.invokeInt(new Object[] {descriptor});
    }
  }
}
