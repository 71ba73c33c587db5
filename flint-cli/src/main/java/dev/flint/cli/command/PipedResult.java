package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;

/**
 * Bytes to standard output. Ends with its reader, and a full disk, which a print stream passes
 * over.
 */
final class PipedResult extends FilterOutputStream {
  private final PrintStream stdout;
  private final String what;

  /**
   * Writes to standard output.
   *
   * @param what names the bytes in the error
   */
  PipedResult(PrintStream stdout, String what) {
    super(stdout);
    this.stdout = stdout;
    this.what = what;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    stdout.write(buffer, offset, length);
    if (stdout.checkError()) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot write the " + what + " to standard output");
    }
  }
}
