package dev.flint.oci.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What a second process does to an output file. */
final class OutputProcess {
  private OutputProcess() {}

  public static void main(String[] args) throws IOException {
    Path target = Path.of(args[1]);
    try (OutputFile output =
        args[0].equals("create")
            ? OutputFile.create(target, false)
            : OutputFile.resume(target, false)) {
      output.channel().write(ByteBuffer.wrap("theirs".getBytes(US_ASCII)), 0);
      System.out.println("ready");
      if (System.in.read() < 0) {
        throw new IOException("the test went away");
      }
      output.publish();
    }
  }
}
