package dev.flint.agent.log;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import dev.flint.oci.foreign.ForeignLibrary;
import java.nio.file.Path;

/**
 * Gives a part of a file back to the file system. Its length stays, so that another process may go
 * on appending; the part reads as zeros.
 */
final class FreedSpace {
  private static final int O_WRONLY_CLOEXEC = 02000001;
  private static final int KEEP_SIZE_PUNCH_HOLE = 1 | 2;

  private FreedSpace() {}

  /** Does it where the system and the file system can; elsewhere the file keeps its blocks. */
  static void of(Path file, long offset, long length) {
    ForeignLibrary.bindProcess(libc -> punch(libc, file, offset, length));
  }

  private static boolean punch(NativeLibrary libc, Path file, long offset, long length) {
    Function open = libc.getFunction("open", Function.THROW_LAST_ERROR);
    Function fallocate = libc.getFunction("fallocate", Function.THROW_LAST_ERROR);
    try {
      int descriptor = open.invokeInt(new Object[] {file.toString(), O_WRONLY_CLOEXEC});
      try {
        fallocate.invokeInt(new Object[] {descriptor, KEEP_SIZE_PUNCH_HOLE, offset, length});
      } finally {
        libc.getFunction("close").invokeInt(new Object[] {descriptor});
      }
      return true;
    } catch (LastErrorException e) {
      return false;
    }
  }
}
