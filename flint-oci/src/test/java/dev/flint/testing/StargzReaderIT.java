package dev.flint.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.testing.StargzReader.FirstEntry;
import dev.flint.testing.StargzReader.Made;
import dev.flint.testing.StargzReader.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge of our layers itself: it reads good eStargz layers and refuses damaged ones. */
class StargzReaderIT {
  private static final int CHUNK = 64 * 1024;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static StargzReader reader;
  private byte[] disk = {};
  private Path tar = Path.of("");
  private Path blob = Path.of("");

  @BeforeAll
  static void build() throws IOException {
    reader = StargzReader.build(shared);
  }

  @BeforeEach
  void makeTar() throws IOException {
    disk = new byte[10 * CHUNK + 1];
    new Random(3).nextBytes(disk);
    Arrays.fill(disk, CHUNK, 4 * CHUNK, (byte) 0);
    tar = folder.resolve("layer.tar");
    blob = folder.resolve("layer");
    Files.write(
        tar,
        new TarBytes()
            .file("disk.raw", disk)
            .file("etc/empty", new byte[0])
            .file("etc/small", new byte[] {7})
            .ended());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-zstd=false", "-zstd=true"})
  void readsWhatTheLibraryMade(String codec) throws IOException {
    Made made = reader.make(tar, blob, codec, "-chunk-size=" + CHUNK, "-first=disk.raw");
    assertEquals(
        List.of(
            new StoredFile("disk.raw", disk.length, Digest.sha256(disk), 11),
            new StoredFile("etc/empty", 0, Digest.sha256(new byte[0]), 0),
            new StoredFile("etc/small", 1, Digest.sha256(new byte[] {7}), 1)),
        reader.read(blob, made.tocDigest(), codec));
  }

  @Test
  void chunksAre4MibUnlessAsked() throws IOException {
    byte[] large = new byte[(8 << 20) + 1];
    Files.write(tar, new TarBytes().file("disk.raw", large).ended());
    Made made = reader.make(tar, blob);
    assertEquals(
        List.of(new StoredFile("disk.raw", large.length, Digest.sha256(large), 3)),
        reader.read(blob, made.tocDigest()));
  }

  @Test
  void seesALandmarkThatComesFirst() throws IOException {
    reader.make(tar, blob);
    assertEquals(
        new FirstEntry(".no.prefetch.landmark", "0", 1, Digest.sha256(new byte[] {0xf})),
        reader.first(blob));
  }

  @Test
  void refusesAnotherTable() throws IOException {
    reader.make(tar, blob);
    assertRefused(reader.tryToRead(blob, Digest.sha256(disk)), "invalid TOC JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-zstd=false", "-zstd=true"})
  void refusesADamagedChunk(String codec) throws IOException {
    Made made = reader.make(tar, blob, codec, "-chunk-size=" + CHUNK);
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
    assertRefused(reader.tryToRead(blob, made.tocDigest(), codec), "disk.raw: chunk at ");
  }

  @Test
  void refusesALayerWithoutATable() throws IOException {
    Made made = reader.make(tar, blob);
    Command.run("gzip", "-k", tar).ok();
    assertRefused(
        reader.tryToRead(folder.resolve("layer.tar.gz"), made.tocDigest()), "invalid header");
  }

  private static void assertRefused(Command.Result result, String why) {
    assertEquals(1, result.exit(), result.err());
    assertEquals("", result.out());
    assertTrue(result.err().contains(why), result.err());
  }
}
