package dev.flint.oci.foreign;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * The terminal of standard input while each key goes on as it is typed (termios(3)). Closing it
 * gives the terminal back as it was.
 */
public final class RawTerminal implements AutoCloseable {
  private static final int STDIN = 0;
  private static final int NOW = 0;

  /** More than a {@code struct termios} on any Linux. */
  private static final int SETTINGS = 256;

  /** Linux, as on x86 and ARM. */
  private static final long WINDOW_SIZE = 0x5413;

  private final NativeLibrary libc;
  private final byte[] before;

  private RawTerminal(NativeLibrary libc, byte[] before) {
    this.libc = libc;
    this.before = before;
  }

  /**
   * Takes the terminal.
   *
   * @throws FlintException USAGE if standard input is none
   */
  public static RawTerminal open() throws FlintException {
    Optional<NativeLibrary> libc = ForeignLibrary.bindProcess(library -> library);
    try {
      if (libc.isPresent()) {
        byte[] before = new byte[SETTINGS];
        call(libc.get(), "tcgetattr", STDIN, before);
        byte[] raw = before.clone();
        libc.get().getFunction("cfmakeraw").invokeVoid(new Object[] {raw});
        call(libc.get(), "tcsetattr", STDIN, NOW, raw);
        return new RawTerminal(libc.get(), before);
      }
    } catch (LastErrorException e) {
      throw new FlintException(ErrorCode.USAGE, "standard input is no terminal", "leave out -t", e);
    }
    throw new FlintException(ErrorCode.UNSUPPORTED, "this system has no terminals", "leave out -t");
  }

  private static void call(NativeLibrary libc, String name, Object... arguments) {
    libc.getFunction(name, Function.THROW_LAST_ERROR).invokeInt(arguments);
  }

  /** Columns and rows; empty if it does not say. */
  public List<Integer> size() {
    byte[] size = new byte[4 * Short.BYTES];
    try {
      call(libc, "ioctl", STDIN, WINDOW_SIZE, size);
    } catch (LastErrorException e) {
      return List.of();
    }
    ByteBuffer numbers = ByteBuffer.wrap(size).order(ByteOrder.nativeOrder());
    int rows = Short.toUnsignedInt(numbers.getShort());
    int columns = Short.toUnsignedInt(numbers.getShort());
    return rows == 0 || columns == 0 ? List.of() : List.of(columns, rows);
  }

  @Override
  public void close() {
    try {
      call(libc, "tcsetattr", STDIN, NOW, before);
    } catch (LastErrorException e) {
      // The terminal is gone.
    }
  }
}
