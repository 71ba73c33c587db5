package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SparseFileWriterTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4096, 5000, 65536, 1 << 20})
  void keepsTheBytesWhateverThePieces(int piece) throws IOException {
    Random random = new Random(piece);
    for (int size : new int[] {0, 1, 4095, 4096, 4097, 300_001}) {
      byte[] bytes = TestDisks.guest(size, size);
      Path file = folder.resolve("f");
      Files.write(file, new byte[] {1, 2, 3});
      try (FileChannel channel = TestDisks.open(file)) {
        SparseFileWriter writer = new SparseFileWriter(channel);
        for (int at = 0; at < size; ) {
          int length = Math.min(1 + random.nextInt(piece), size - at);
          writer.write(bytes, at, length);
          at += length;
          assertEquals(at, writer.position());
        }
        writer.finish();
      }
      assertArrayEquals(bytes, Files.readAllBytes(file));
    }
  }

  @Test
  void leavesHolesWhereItWasZero() throws IOException {
    Path file = folder.resolve("f");
    byte[] buffer = new byte[1 << 20];
    try (FileChannel channel = TestDisks.open(file)) {
      SparseFileWriter writer = new SparseFileWriter(channel);
      for (int i = 0; i < 64; i++) {
        buffer[5000] = (byte) (i == 32 ? 1 : 0);
        writer.write(buffer, 0, buffer.length);
      }
      writer.finish();
    }
    assertEquals(64 << 20, Files.size(file));
    assertTrue(blocks(file) <= 2 * 4096 / 512, "not sparse");
  }

  private static long blocks(Path file) throws IOException {
    return Long.parseLong(Command.run("stat", "-c", "%b", file).ok().out().strip());
  }
}
