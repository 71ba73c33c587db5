package dev.flint.oci.foreign;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.file.Path;
import java.util.Optional;

/** Named pipes, which Java can open but not make. */
public final class Fifo {
  private static final int ONLY_OWNER = 0600;

  private Fifo() {}

  /**
   * Makes one that only its owner may open.
   *
   * @param path with a name of ASCII
   * @throws FlintException LOCAL_IO if it cannot be made, UNSUPPORTED where there are none
   */
  public static void make(Path path) throws FlintException {
    Optional<Function> call =
        ForeignLibrary.bindProcess(libc -> libc.getFunction("mkfifo", Function.THROW_LAST_ERROR));
    if (call.isEmpty()) {
      throw new FlintException(ErrorCode.UNSUPPORTED, "this system has no named pipes");
    }
    try {
      call.get().invokeInt(new Object[] {path.toString(), ONLY_OWNER});
    } catch (LastErrorException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot make the pipe " + path + ": " + e.getMessage(), e);
    }
  }
}
