package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PiecesTest {
  private static final int LENGTH = 20_000_001;
  private static final int MUCH = 4_000_000;

  @TempDir private Path folder;

  @Test
  void areAllOfTheBytesAndTakeLittleOutsideOfTheHeap() throws IOException {
    byte[] bytes = new byte[LENGTH];
    new Random(3).nextBytes(bytes);
    Path file = folder.resolve("file");
    long before = outsideOfTheHeap();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Pieces.write(channel, bytes, 0, 10);
      Pieces.write(channel, bytes, 10, LENGTH - 10);
    }
    try (InputStream in = Pieces.open(file)) {
      assertArrayEquals(bytes, in.readAllBytes());
    }
    assertTrue(outsideOfTheHeap() - before < MUCH);
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  private static long outsideOfTheHeap() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
