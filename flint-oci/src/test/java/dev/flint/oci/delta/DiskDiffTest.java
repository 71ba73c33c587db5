package dev.flint.oci.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.chunk.ChunkList;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.delta.DiskDiff.Part;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.CountedBlob;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.Transfer;
import dev.flint.testing.Failures;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a comparison says, against counting by other means and against real pulls. */
class DiskDiffTest {
  private static final int MIB = 1 << 20;
  private static final Codecs CODECS = Codecs.ofThisMachine();

  @TempDir Path folder;
  private Path oldDisk = Path.of("");
  private Path newDisk = Path.of("");
  private OciLayout publisher;
  private LayoutImages images;
  private Descriptor oldLayer;
  private Descriptor newLayer;

  @BeforeEach
  void makeTwoVersions() throws IOException {
    byte[] first = new byte[12 * MIB];
    new Random(11).nextBytes(first);
    Arrays.fill(first, 3 * MIB, 6 * MIB, (byte) 0);
    // The same megabytes twice, so that their chunks are too.
    System.arraycopy(first, 0, first, 8 * MIB, 3 * MIB);
    byte[] second = new byte[13 * MIB];
    System.arraycopy(first, 0, second, 0, 2 * MIB);
    byte[] inserted = new byte[MIB];
    new Random(12).nextBytes(inserted);
    System.arraycopy(inserted, 0, second, 2 * MIB, MIB);
    System.arraycopy(first, 2 * MIB, second, 3 * MIB, 10 * MIB);
    second[7 * MIB + 5] ^= 1;
    oldDisk = Files.write(folder.resolve("old.raw"), first);
    newDisk = Files.write(folder.resolve("new.raw"), second);
    publisher = OciLayout.openOrCreate(folder.resolve("publisher"));
    images = new LayoutImages(publisher);
    oldLayer = layer(TestImages.pack(publisher, "x:1", oldDisk));
    newLayer = layer(TestImages.pack(publisher, "x:2", newDisk));
  }

  @AfterEach
  void close() throws IOException {
    publisher.close();
  }

  private static Descriptor layer(Document manifest) throws IOException {
    return Manifest.of(manifest).layers().get(0);
  }

  private static ComparedDisk file(Path disk) throws IOException {
    return FileDisk.read(disk, CODECS.gzip(DeflateChoice.JDK, 6), 2);
  }

  private ComparedDisk layer(Descriptor layer) throws IOException {
    return LayerDisk.read(images, layer);
  }

  private static DiskDiff diff(ComparedDisk a, ComparedDisk b) throws IOException {
    try (a;
        b) {
      return DiskDiff.of(a, b);
    }
  }

  private ChunkTable table(Descriptor layer) throws IOException {
    return DiskDelta.find(layer, new CountedBlob(images, layer), Pause.NONE).orElseThrow().table();
  }

  /** Length of each different chunk, by its digest. */
  private static Map<String, Long> chunks(ChunkTable table) {
    Map<String, Long> chunks = new HashMap<>();
    for (int i = 0; i < table.count(); i++) {
      chunks.put(table.digest(i).toString(), (long) table.length(i));
    }
    return chunks;
  }

  private static Part part(Map<String, Long> chunks) {
    return new Part(chunks.size(), chunks.values().stream().mapToLong(n -> n).sum());
  }

  @Test
  void countsEachDifferentChunkOnceInFilesAndImages() throws IOException {
    Map<String, Long> old = chunks(table(oldLayer));
    Map<String, Long> wanted = chunks(table(newLayer));
    Map<String, Long> shared = new HashMap<>(old);
    shared.keySet().retainAll(wanted.keySet());
    old.keySet().removeAll(shared.keySet());
    wanted.keySet().removeAll(shared.keySet());
    assertTrue(shared.size() > 5 && !old.isEmpty() && !wanted.isEmpty(), shared.toString());
    assertTrue(chunks(table(oldLayer)).size() < table(oldLayer).count(), "none is there twice");

    for (DiskDiff diff :
        List.of(
            diff(file(oldDisk), file(newDisk)),
            diff(file(oldDisk), layer(newLayer)),
            diff(layer(oldLayer), file(newDisk)),
            diff(layer(oldLayer), layer(newLayer)))) {
      assertEquals(part(shared), diff.shared());
      assertEquals(part(old), diff.onlyFirst());
      assertEquals(part(wanted), diff.onlySecond());
    }
  }

  @Test
  void weighsTheMissingChunksOfAFileAsALayerWouldHaveThem() throws IOException {
    ChunkTable table = table(newLayer);
    Map<String, Long> old = chunks(table(oldLayer));
    long missing =
        IntStream.range(0, table.count())
            .filter(i -> !old.containsKey(table.digest(i).toString()))
            .mapToLong(i -> table.blobEnd(i) - table.blobOffset(i))
            .sum();
    assertEquals(
        new Download(missing, OptionalInt.empty(), OptionalLong.empty()),
        diff(file(oldDisk), file(newDisk)).download());
  }

  @Test
  void saysWhatAPullIntoAStoreWithTheOldImageFetches() throws IOException {
    Download said = diff(layer(oldLayer), layer(newLayer)).download();
    Fetched fetched;
    try (OciLayout device = OciLayout.openOrCreate(folder.resolve("device"))) {
      pull(device, "x:1");
      fetched = pull(device, "x:2");
    }
    Descriptor config = Manifest.of(images.resolve(Reference.parse("x:2")).orElseThrow()).config();
    assertEquals(OptionalLong.of(newLayer.size()), said.whole());
    assertTrue(said.bytes() < newLayer.size() / 3, said.toString());
    assertEquals(fetched.fetchedBytes() - config.size(), said.bytes());
    assertEquals(OptionalInt.of(fetched.requests() - 1), said.requests());
  }

  private Fetched pull(OciLayout device, String name) throws IOException {
    DeltaPull delta =
        new DeltaPull(device, CODECS, 2, List.of(), Pause.NONE, DiskDiffTest::throwing);
    Transfer transfer =
        new Transfer(images, new LayoutImages(device, Pause.NONE, delta), ProgressListener.NONE);
    Reference reference = Reference.parse(name);
    transfer.copy(reference, reference, Optional.empty());
    return transfer.fetched();
  }

  private static void throwing(String note) {
    throw new AssertionError(note);
  }

  @Test
  void saysWhatAPullToADiskBesideTheOldDiskFetches() throws IOException {
    Download said = diff(file(oldDisk), layer(newLayer)).download();
    DiskPull pull =
        new DiskPull(
            new DiskDelta(CODECS, 2, Pause.NONE),
            new ParallelUnpacker(CODECS, 2),
            1L << 40,
            Pause.NONE,
            DiskDiffTest::throwing);
    DiskImage image = DiskImage.of(publisher, images.resolve(Reference.parse("x:2")).orElseThrow());
    try (FileChannel old = FileChannel.open(oldDisk);
        FileChannel target =
            FileChannel.open(
                folder.resolve("out"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      List<Seed> seeds = List.of(new DiskSeed(old));
      Fetched fetched =
          pull.pull(images, image, target, seeds, ProgressListener.NONE, bytes -> {}).fetched();
      assertEquals(fetched.fetchedBytes(), said.bytes());
      assertEquals(OptionalInt.of(fetched.requests()), said.requests());
    }
    assertEquals(-1, Files.mismatch(newDisk, folder.resolve("out")));
  }

  @Test
  void whoHasTheVeryLayerFetchesNothing() throws IOException {
    DiskDiff diff = diff(layer(newLayer), layer(newLayer));
    assertEquals(new Part(0, 0), diff.onlyFirst());
    assertEquals(new Part(0, 0), diff.onlySecond());
    assertEquals(
        new Download(0, OptionalInt.of(0), OptionalLong.of(newLayer.size())), diff.download());
  }

  @Test
  void nothingInCommonIsTheWholeLayer() throws IOException {
    Path other = Files.write(folder.resolve("other.raw"), new byte[] {1, 2, 3});
    DiskDiff diff = diff(file(other), layer(newLayer));
    assertEquals(new Part(1, 3), diff.onlyFirst());
    assertEquals(new Part(0, 0), diff.shared());
    assertEquals(
        new Download(newLayer.size(), OptionalInt.of(1), OptionalLong.of(newLayer.size())),
        diff.download());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 5 * MIB + 1})
  void aFileIsCutAsALayerWhereverItsHolesAre(int hole) throws IOException {
    Path sparse = folder.resolve("sparse.raw");
    try (FileChannel channel =
        FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(Files.readAllBytes(oldDisk), 0, MIB), hole);
    }
    try (ComparedDisk disk = file(sparse)) {
      ChunkTable table =
          table(layer(TestImages.pack(publisher, "x:3", Files.readAllBytes(sparse))));
      ChunkList chunks = disk.chunks();
      assertEquals(table.count(), chunks.count());
      for (int i = 0; i < chunks.count(); i++) {
        assertEquals(table.digest(i), chunks.digest(i));
        assertEquals(table.diskOffset(i), chunks.offset(i));
      }
    }
  }

  @Test
  void refusesALayerWithoutATable() throws IOException {
    byte[] layer = TestImages.gzip(new TarBytes().file("disk.raw", new byte[5000]).ended());
    Descriptor descriptor = TestImages.store(publisher, MediaType.OCI_LAYER_GZIP, layer);
    Failures.expect(ErrorCode.UNSUPPORTED, () -> layer(descriptor));
  }

  @Test
  void refusesWhatIsNoFile() {
    Failures.expect(ErrorCode.NOT_FOUND, () -> file(folder.resolve("nowhere")));
    Failures.expect(ErrorCode.UNSUPPORTED, () -> file(folder));
  }
}
