package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the tests of this package say about disk files. */
final class DiskAssertions {
  private DiskAssertions() {}

  static DiskInfo probe(Path disk) throws IOException {
    try (FileChannel channel = FileChannel.open(disk)) {
      return DiskProbe.probe(channel, "the-disk");
    }
  }

  static DiskInfo probe(Path folder, byte[] disk) throws IOException {
    return probe(Files.write(folder.resolve("x.bin"), disk));
  }

  static FlintException assertRefused(ErrorCode code, Path disk) {
    FlintException refusal = assertThrows(FlintException.class, () -> probe(disk));
    assertEquals(code, refusal.code(), refusal::getMessage);
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("the-disk"), message);
    assertEquals(1, message.lines().count(), message);
    return refusal;
  }

  static FlintException assertRefused(ErrorCode code, Path folder, byte[] disk) throws IOException {
    return assertRefused(code, Files.write(folder.resolve("x.bin"), disk));
  }
}
