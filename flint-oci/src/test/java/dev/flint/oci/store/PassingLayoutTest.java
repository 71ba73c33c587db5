package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A layout through which blobs only pass. */
class PassingLayoutTest {
  @TempDir private Path folder;
  private OciLayout layout;

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(folder.resolve("layout"));
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private Optional<Long> clear() throws IOException {
    return new GarbageCollector(layout).clear(Duration.ofHours(1));
  }

  @Test
  void isEmptiedOfNamedAndOfUnnamedBlobs() throws IOException {
    Blob named = layout.put(new byte[100]);
    Blob unnamed = layout.put(new byte[20]);
    layout.tag("x:1", Descriptor.of(MediaType.OCTET_STREAM, named.digest(), 100));
    assertEquals(Optional.of(120L), clear());
    assertTrue(layout.find(named.digest()).isEmpty());
    assertTrue(layout.find(unnamed.digest()).isEmpty());
    assertTrue(layout.index().entries().isEmpty());
    assertEquals(Optional.of(0L), clear());
  }

  /** As on a full disk, where it makes room. */
  @Test
  void isEmptiedWithoutAWriteWhereNothingHasAName() throws IOException {
    layout.put(new byte[20]);
    // A file that is written anew is another one.
    Path index = folder.resolve("layout/index.json");
    Object before = Files.readAttributes(index, BasicFileAttributes.class).fileKey();
    assertEquals(Optional.of(20L), clear());
    assertEquals(before, Files.readAttributes(index, BasicFileAttributes.class).fileKey());
  }

  @Test
  void isLeftAloneWhileItIsUsed() throws Exception {
    Blob blob = layout.put(new byte[100]);
    try (OciLayout.Use use = layout.use()) {
      Thread other =
          new Thread(
              () -> {
                try {
                  assertEquals(Optional.empty(), clear());
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      other.start();
      other.join();
    }
    assertTrue(layout.find(blob.digest()).isPresent());
  }
}
