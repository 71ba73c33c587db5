package dev.flint.oci.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.Transfer;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks are the same however their layers are compressed, and so is what a pull gives. */
class CompressionsTest {
  private static final int MIB = 1 << 20;
  private static final Codecs CODECS = Codecs.ofThisMachine();

  @TempDir Path folder;
  private Path first = Path.of("");
  private Path second = Path.of("");

  @BeforeEach
  void makeTwoVersions() throws IOException {
    byte[] disk = new byte[5 * MIB + 3];
    new Random(21).nextBytes(disk);
    first = Files.write(folder.resolve("first.raw"), disk);
    disk[2 * MIB] ^= 1;
    second = Files.write(folder.resolve("second.raw"), disk);
  }

  static Stream<List<Codec>> pairs() throws FlintException {
    Codec gzip = CODECS.gzip(DeflateChoice.JDK, 1);
    return Stream.of(
        List.of(gzip, CODECS.zstd()),
        List.of(CODECS.zstd(), gzip),
        List.of(CODECS.zstd(), CODECS.zstd()),
        List.of(CODECS.zstd(1), CODECS.zstd(3)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void anUpdateFetchesTheChangedChunkOnly(List<Codec> codecs) throws IOException {
    try (OciLayout publisher = OciLayout.openOrCreate(folder.resolve("publisher"));
        OciLayout device = OciLayout.openOrCreate(folder.resolve("device"))) {
      pack(publisher, "x:1", first, codecs.get(0));
      Descriptor layer = pack(publisher, "x:2", second, codecs.get(1));
      assertTrue(pull(publisher, device, "x:1", List.of()).fetchedBytes() > 5 * MIB);
      Fetched fetched = pull(publisher, device, "x:2", List.of());
      // The changed chunk of at most 1 MiB, both ends, and the config.
      assertTrue(fetched.fetchedBytes() < MIB + 300_000, fetched.toString());
      assertEquals(4, fetched.requests());
      device.require(layer).openVerified().transferTo(OutputStream.nullOutputStream());
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aDiskGivesTheWholeBlobAnewToItsLastByte(List<Codec> codecs) throws IOException {
    try (OciLayout publisher = OciLayout.openOrCreate(folder.resolve("publisher"));
        OciLayout device = OciLayout.openOrCreate(folder.resolve("device"));
        FileChannel disk = FileChannel.open(second)) {
      Descriptor layer = pack(publisher, "x:2", second, codecs.get(1));
      Fetched fetched = pull(publisher, device, "x:2", List.of(new DiskSeed(disk)));
      assertEquals(3, fetched.requests(), "both ends and the config");
      assertTrue(fetched.fetchedBytes() < 300_000, fetched.toString());
      device.require(layer).openVerified().transferTo(OutputStream.nullOutputStream());
    }
  }

  @Test
  void anUncompressedLayerIsFetchedWholeWithoutANote() throws IOException {
    try (OciLayout publisher = OciLayout.openOrCreate(folder.resolve("publisher"));
        OciLayout device = OciLayout.openOrCreate(folder.resolve("device"));
        FileChannel disk = FileChannel.open(second)) {
      Descriptor layer = pack(publisher, "x:2", second, CODECS.plain());
      Fetched fetched = pull(publisher, device, "x:2", List.of(new DiskSeed(disk)));
      assertTrue(fetched.fetchedBytes() > layer.size());
      assertEquals(2, fetched.requests());
    }
  }

  private static Descriptor pack(OciLayout layout, String name, Path disk, Codec codec)
      throws IOException {
    Document manifest = TestImages.pack(layout, name, disk, TestImages.assembler(layout, codec));
    return Manifest.of(manifest).layers().get(0);
  }

  private static Fetched pull(OciLayout from, OciLayout to, String name, List<Seed> disks)
      throws IOException {
    List<String> notes = new ArrayList<>();
    DeltaPull delta = new DeltaPull(to, CODECS, 2, disks, Pause.NONE, notes::add);
    Transfer transfer =
        new Transfer(
            new LayoutImages(from), new LayoutImages(to, Pause.NONE, delta), ProgressListener.NONE);
    Reference reference = Reference.parse(name);
    transfer.copy(reference, reference, Optional.empty());
    assertEquals(List.of(), notes);
    return transfer.fetched();
  }
}
