package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EarlyFlushTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;

  private FileChannel open() throws IOException {
    return FileChannel.open(
        folder.resolve("disk"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  @Test
  void aFailureIsToldWhenTheWritersAreDone() throws IOException {
    FileChannel channel = open();
    EarlyFlush flush = new EarlyFlush(channel);
    channel.close();
    flush.wrote(40 * MIB);
    assertThrows(ClosedChannelException.class, flush::finish);
    assertThrows(ClosedChannelException.class, flush::finish);
  }

  @Test
  void aFileThatTheDeviceRefusedIsEmptied() throws IOException {
    try (FileChannel channel = open()) {
      channel.write(ByteBuffer.allocate(10));
      EarlyFlush flush = new EarlyFlush(new RefusingChannel(channel));
      flush.wrote(40 * MIB);
      assertEquals("refused", assertThrows(IOException.class, flush::finish).getMessage());
      assertEquals(0, channel.size());
    }
  }

  @Test
  void aSmallFileIsLeftAlone() throws IOException {
    FileChannel channel = open();
    EarlyFlush flush = new EarlyFlush(channel);
    channel.close();
    for (int i = 0; i < 31; i++) {
      flush.wrote(MIB);
    }
    flush.finish();
    assertTrue(folder.resolve("disk").toFile().exists());
  }

  @Test
  void severalThreadsMayWrite() throws Exception {
    byte[] chunk = new byte[MIB];
    Arrays.fill(chunk, (byte) 1);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (FileChannel channel = open()) {
      SparseFile file = SparseFile.empty(channel);
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        long at = (long) i * MIB;
        writes.add(
            threads.submit(
                () -> {
                  file.write(at, chunk, 0, MIB);
                  return null;
                }));
      }
      for (Future<?> write : writes) {
        get(write);
      }
      file.finish(100L * MIB);
      assertEquals(100L * MIB, channel.size());
    } finally {
      threads.shutdownNow();
    }
  }

  private static void get(Future<?> write) throws InterruptedException {
    try {
      write.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
