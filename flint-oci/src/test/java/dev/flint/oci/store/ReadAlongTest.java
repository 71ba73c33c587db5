package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAlongTest {
  @TempDir private Path folder;
  private OciLayout layout;
  private OciLayout.Use use;

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(folder);
    use = layout.use();
  }

  @AfterEach
  void close() throws IOException {
    use.close();
    layout.close();
  }

  private static CompletableFuture<byte[]> allOf(InputStream in) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (in) {
            return in.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void givesAllBytesToTheEnd(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] bytes = new byte[1 + random.nextInt(3 << 20)];
    random.nextBytes(bytes);
    try (Ingest ingest = layout.ingest()) {
      CompletableFuture<byte[]> read = allOf(ingest.readAlong());
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(1 + random.nextInt(400_000), bytes.length - at);
        ingest.write(bytes, at, length);
        at += length;
      }
      ingest.commit();
      assertArrayEquals(bytes, read.get());
    }
  }

  @Test
  void givesWhatIsThereBeforeTheEnd() throws Exception {
    byte[] bytes = {1, 2, 3, 4};
    SynchronousQueue<Integer> got = new SynchronousQueue<>();
    try (Ingest ingest = layout.ingest();
        InputStream in = ingest.readAlong()) {
      CompletableFuture<Void> reader =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int b = in.read(); b >= 0; b = in.read()) {
                    got.put(b);
                  }
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      for (byte b : bytes) {
        ingest.write(b);
        assertEquals(b, (int) got.take());
      }
      ingest.commit();
      reader.get();
    }
  }

  @Test
  void failsIfTheBlobComesToNothing() throws Exception {
    CompletableFuture<byte[]> read;
    try (Ingest ingest = layout.ingest()) {
      read = allOf(ingest.readAlong());
      ingest.write(new byte[1000]);
    }
    ExecutionException e = assertThrows(ExecutionException.class, read::get);
    assertTrue(e.toString().contains("the blob was not made to its end"), e.toString());
  }

  @Test
  void ofAnEmptyBlobThereIsNothing() throws Exception {
    try (Ingest ingest = layout.ingest()) {
      CompletableFuture<byte[]> read = allOf(ingest.readAlong());
      ingest.commit();
      assertEquals("[]", Arrays.toString(read.get()));
    }
  }
}
