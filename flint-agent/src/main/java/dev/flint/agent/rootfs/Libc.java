package dev.flint.agent.rootfs;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreign.ForeignLibrary;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** The calls of Linux that Java has no other way to. None of them follows a link at its end. */
final class Libc {
  /** Types of files, as in mode_t. */
  static final int FIFO = 0010000;

  static final int CHARACTER = 0020000;
  static final int BLOCK = 0060000;

  private static final int AT_CURRENT_FOLDER = -100;
  private static final int AT_NO_FOLLOW = 0x100;
  private static final int ENOTSUP = 95;
  private static final int O_DIRECTORY_CLOEXEC = 02200000;

  private final Function mknod;
  private final Function setAttribute;
  private final Function open;
  private final Function sync;
  private final Function close;
  private final Function changeTimes;

  private Libc(NativeLibrary library) {
    mknod = library.getFunction("mknod", Function.THROW_LAST_ERROR);
    setAttribute = library.getFunction("lsetxattr", Function.THROW_LAST_ERROR);
    open = library.getFunction("open", Function.THROW_LAST_ERROR);
    sync = library.getFunction("syncfs", Function.THROW_LAST_ERROR);
    close = library.getFunction("close");
    changeTimes = library.getFunction("utimensat", Function.THROW_LAST_ERROR);
  }

  /**
   * Binds to it.
   *
   * @throws FlintException UNSUPPORTED on other systems than 64-bit Linux
   */
  static Libc bind() throws FlintException {
    return ForeignLibrary.bindProcess(Libc::new)
        .orElseThrow(
            () ->
                new FlintException(
                    ErrorCode.UNSUPPORTED, "containers need 64-bit Linux and its C library"));
  }

  /** Makes a device or a FIFO, mode and type in one. */
  void makeNode(Path path, int mode, int major, int minor) throws IOException {
    // As gnu_dev_makedev has it.
    long device =
        (minor & 0xffL)
            | ((major & 0xfffL) << 8)
            | ((minor & 0xffff_ff00L) << 12)
            | ((major & 0xffff_f000L) << 32);
    try {
      mknod.invokeInt(new Object[] {bytes(path), mode, device});
    } catch (LastErrorException e) {
      throw failed("make the device", path, e);
    }
  }

  /**
   * Sets an extended attribute.
   *
   * @return false if the file system has none of this kind
   */
  boolean tryAttribute(Path path, String name, byte[] value) throws IOException {
    try {
      byte[] key = (name + "\0").getBytes(StandardCharsets.UTF_8);
      setAttribute.invokeInt(new Object[] {bytes(path), key, value, (long) value.length, 0});
      return true;
    } catch (LastErrorException e) {
      if (e.getErrorCode() == ENOTSUP) {
        return false;
      }
      throw failed("set " + name + " of", path, e);
    }
  }

  /** Sets the times of access and modification; without opening it, as the JDK would. */
  void changeTime(Path path, FileTime time) throws IOException {
    Instant instant = time.toInstant();
    long[] times = {
      instant.getEpochSecond(), instant.getNano(), instant.getEpochSecond(), instant.getNano()
    };
    try {
      changeTimes.invokeInt(new Object[] {AT_CURRENT_FOLDER, bytes(path), times, AT_NO_FOLLOW});
    } catch (LastErrorException e) {
      throw failed("set the time of", path, e);
    }
  }

  /** Writes all that a file system holds in memory to its medium. */
  void flushFileSystem(Path folder) throws IOException {
    try {
      int descriptor = open.invokeInt(new Object[] {bytes(folder), O_DIRECTORY_CLOEXEC});
      try {
        sync.invokeInt(new Object[] {descriptor});
      } finally {
        close.invokeInt(new Object[] {descriptor});
      }
    } catch (LastErrorException e) {
      throw failed("flush", folder, e);
    }
  }

  private static byte[] bytes(Path path) throws IOException {
    String text = path.toString();
    if (text.indexOf('\0') >= 0) {
      throw new FileNotFoundException("a name with a zero in it");
    }
    // The JDK has checked that it can be said in the encoding of names.
    return (text + "\0").getBytes(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  private static FlintException failed(String what, Path path, LastErrorException e) {
    return new FlintException(
        ErrorCode.LOCAL_IO, "cannot " + what + " " + path + ": " + e.getMessage(), e);
  }
}
