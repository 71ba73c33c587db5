package dev.flint.oci.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WriteBehindTest {
  private static final int BUFFER = 100_000;

  @TempDir private Path folder;

  @Test
  void writesPiecesOfAnyLengthInTheirOrder() throws IOException {
    byte[] content = new byte[3_000_000];
    Random random = new Random(7);
    random.nextBytes(content);
    try (OciLayout layout = OciLayout.openOrCreate(folder);
        Ingest ingest = layout.ingest();
        WriteBehind writer = new WriteBehind(ingest, BUFFER)) {
      int at = 0;
      while (at < content.length) {
        byte[] buffer = writer.buffer();
        int length = Math.min(random.nextInt(buffer.length + 1), content.length - at);
        System.arraycopy(content, at, buffer, 0, length);
        writer.write(buffer, length);
        at += length;
      }
      writer.finish();
      Blob blob = ingest.commit();
      assertEquals(Digest.sha256(content), blob.digest());
      assertArrayEquals(content, Files.readAllBytes(blob.file()));
    }
  }

  @Test
  void tellsOfAFailureAndHoldsNobodyUp() throws IOException {
    Descriptor ten = Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(new byte[10]), 10);
    try (OciLayout layout = OciLayout.openOrCreate(folder);
        Ingest ingest = layout.ingest(ten);
        WriteBehind writer = new WriteBehind(ingest, BUFFER)) {
      assertThrows(
          IntegrityException.class,
          () -> {
            for (int i = 0; i < 100; i++) {
              writer.write(writer.buffer(), 1);
            }
          });
      assertThrows(IntegrityException.class, writer::finish);
      assertEquals(10, ingest.count());
    }
  }

  @Test
  void whatWasGivenIsWrittenAlsoWhenItEndsEarly() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder);
        Ingest ingest = layout.ingest()) {
      try (WriteBehind writer = new WriteBehind(ingest, BUFFER)) {
        for (int i = 0; i < 20; i++) {
          byte[] buffer = writer.buffer();
          Arrays.fill(buffer, (byte) i);
          writer.write(buffer, buffer.length);
        }
      }
      assertEquals(20L * BUFFER, ingest.count());
    }
  }
}
