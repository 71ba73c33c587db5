package dev.flint.oci.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.delta.DiskDelta;
import dev.flint.oci.delta.DiskSeed;
import dev.flint.oci.delta.Seed;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.TestDisks;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.image.DiskPull.Pulled;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.testing.Failures;
import dev.flint.testing.FaultyBlob;
import dev.flint.testing.Patchwork;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk written straight from its source, whatever was there before and whatever comes. */
@Timeout(120)
final class DiskPullTest {
  private static final int SIZE = 8 << 20;
  private static final long LIMIT = 1L << 30;

  /** The table, and the chunks around a change. */
  private static final int BESIDES = 3 << 20;

  @TempDir private Path folder;
  private OciLayout layout;
  private final List<String> notes = new ArrayList<>();
  private byte[] disk;
  private Document image;
  private FaultyBlob link;
  private Path target;

  @BeforeEach
  void pack() throws IOException {
    layout = OciLayout.openOrCreate(folder.resolve("store"));
    disk = Patchwork.noise(1, SIZE);
    Arrays.fill(disk, 3_000_000, 4_500_000, (byte) 0);
    use(TestImages.pack(layout, "localhost/disk:1", disk));
    target = folder.resolve("disk.raw");
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private void use(Document document) throws IOException {
    image = document;
    link = new FaultyBlob(Files.readAllBytes(layout.require(layer()).file()));
  }

  private Descriptor layer() throws IOException {
    return Manifest.of(image).layers().get(0);
  }

  /** The images of the layout, the layer behind a link. */
  private final class Far implements ImageSource {
    private final LayoutImages images = new LayoutImages(layout);

    @Override
    public Optional<Document> resolve(Reference reference) throws IOException {
      return images.resolve(reference);
    }

    @Override
    public Document manifest(Descriptor descriptor) throws IOException {
      return images.manifest(descriptor);
    }

    @Override
    public InputStream blob(Descriptor descriptor) throws IOException {
      return descriptor.digest().equals(layer().digest()) ? link.open() : images.blob(descriptor);
    }

    @Override
    public Optional<InputStream> range(Descriptor blob, long from, long length) throws IOException {
      return link.range(from, length);
    }
  }

  private DiskPull.Room room = bytes -> {};

  private Pulled pull(Path... seeds) throws IOException {
    return pull(LIMIT, seeds);
  }

  private DiskPull puller(long limit) {
    Codecs codecs = Codecs.ofThisMachine();
    return new DiskPull(
        new DiskDelta(codecs, 2, at -> {}),
        new ParallelUnpacker(codecs, 2),
        limit,
        at -> {},
        notes::add);
  }

  private Pulled pull(long limit, Path... seeds) throws IOException {
    DiskPull pull = puller(limit);
    List<FileChannel> channels = new ArrayList<>();
    try (FileChannel channel =
        FileChannel.open(
            target, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      List<Seed> disks = new ArrayList<>();
      for (Path seed : seeds) {
        channels.add(FileChannel.open(seed));
        disks.add(new DiskSeed(channels.get(channels.size() - 1)));
      }
      return pull.pull(
          new Far(), DiskImage.of(layout, image), channel, disks, ProgressListener.NONE, room);
    } finally {
      for (FileChannel channel : channels) {
        channel.close();
      }
    }
  }

  private void expectDisk() throws IOException {
    assertArrayEquals(disk, Files.readAllBytes(target));
  }

  private Path older() throws IOException {
    byte[] older = disk.clone();
    Arrays.fill(older, 6_000_000, 6_000_100, (byte) 3);
    return Files.write(folder.resolve("older.raw"), older);
  }

  /** E17, the half of it that is seen beforehand. */
  @Test
  void aNewDiskNeedsRoomBeforeItsFirstByte() throws IOException {
    room =
        bytes -> {
          assertTrue(bytes >= SIZE - 1_500_000, () -> "too little: " + bytes);
          assertTrue(bytes < SIZE - 1_400_000, () -> "holes need no room: " + bytes);
          throw new FlintException(ErrorCode.LOCAL_IO, "no room");
        };
    Failures.expect(ErrorCode.LOCAL_IO, this::pull);
    assertEquals(0, Files.size(target));
    room = bytes -> {};
    pull();
    expectDisk();
  }

  @Test
  void aFreshDiskComesInOneStream() throws IOException {
    Pulled pulled = pull();
    expectDisk();
    assertEquals(1, link.requests().stream().filter("whole"::equals).count());
    assertEquals(SIZE, pulled.disk().fileSize());
    assertEquals(List.of(), notes);
  }

  @Test
  void anOlderDiskSavesMostOfIt() throws IOException {
    Pulled pulled = pull(older());
    expectDisk();
    assertTrue(pulled.fetched().fetchedBytes() < BESIDES, pulled.toString());
    assertEquals(link.takeBytes(), pulled.fetched().fetchedBytes());
    assertEquals(layer().size() - pulled.fetched().fetchedBytes(), pulled.fetched().reusedBytes());
    assertEquals(List.of(), notes);
  }

  @Test
  void aDiskThatIsTheSameCostsItsTable() throws IOException {
    pull(Files.write(folder.resolve("same.raw"), disk));
    expectDisk();
    assertTrue(link.takeBytes() < 300_000);
  }

  @Test
  void anOtherDiskIsNoHelpAndNoHarm() throws IOException {
    pull(Files.write(folder.resolve("other.raw"), Patchwork.noise(9, 3 << 20)));
    expectDisk();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 50, 95})
  void theNextRunFetchesOnlyTheRest(int percent) throws IOException {
    long size = layer().size();
    link.dieAfter(300_000 + size * percent / 100);
    assertThrows(LostConnectionException.class, this::pull);
    link.takeBytes();
    link.dieAfter(Long.MAX_VALUE);
    pull();
    expectDisk();
    assertTrue(link.takeBytes() < size - size * percent / 100 + BESIDES);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whateverIsInTheFileTheDiskComesOutOfIt(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] left = Arrays.copyOf(disk, random.nextInt(2 * SIZE));
    for (int i = 0; i < 6; i++) {
      int from = random.nextInt(left.length);
      byte[] noise = Patchwork.noise(i, Math.min(left.length - from, random.nextInt(90_000)));
      System.arraycopy(noise, 0, left, from, noise.length);
    }
    // Where zeros belong, too.
    Arrays.fill(left, left.length / 2, left.length / 2 + 10_000, (byte) 5);
    Files.write(target, left);
    pull();
    expectDisk();
    assertEquals(List.of(), notes);
  }

  @Test
  void withoutRangesTheWholeIsFetchedAndThatIsSaid() throws IOException {
    link.ranges((from, bytes) -> Optional.empty());
    pull(older());
    expectDisk();
    assertEquals(1, notes.size(), notes.toString());
    Files.delete(target);
    notes.clear();
    pull();
    expectDisk();
    assertEquals(List.of(), notes, "nothing would have been saved");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunks", "all", "refusal", "late refusal", "none later"})
  void wrongPartsAreFoundOutAndTheWholeFetched(String how) throws IOException {
    long table = layer().size() - 256 * 1024;
    link.ranges(
        (from, bytes) -> {
          boolean end = from >= table || from == 0;
          if (how.equals("refusal") || (how.equals("late refusal") && !end)) {
            throw new FlintException(ErrorCode.PROTOCOL, "another range came");
          }
          if (how.equals("none later") && !end) {
            return Optional.empty();
          }
          if (how.equals("all") || (how.equals("chunks") && !end)) {
            bytes[bytes.length / 2] ^= 1;
          }
          return Optional.of(new ByteArrayInputStream(bytes));
        });
    pull(older());
    expectDisk();
    assertTrue(link.requests().contains("whole"));
    assertEquals(1, notes.size(), notes.toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aLinkThatBreaksBringsTheDisk(long seed) throws IOException {
    Random random = new Random(seed);
    link.ranges(
        (from, bytes) ->
            Optional.of(
                FaultyBlob.cut(bytes, 1 + random.nextInt(Math.min(bytes.length, 300_000)))));
    pull(Files.write(folder.resolve("half.raw"), Arrays.copyOf(disk, SIZE / 2)));
    expectDisk();
    assertEquals(List.of(), notes);
  }

  /** With a seed or without, from its table or from front to back. */
  @Test
  void aLimitHoldsOnEveryWay() throws IOException {
    Path seed = older();
    for (long limit : new long[] {SIZE - 1, SIZE / 2}) {
      Failures.expect(ErrorCode.POLICY, () -> pull(limit, seed));
      Failures.expect(ErrorCode.POLICY, () -> pull(limit));
    }
  }

  @Test
  void aDiskThatIsNotTheAnnouncedOneIsRefused() throws IOException {
    Document honest = image;
    Descriptor liar =
        layer()
            .withAnnotations(
                Map.of(
                    "containerd.io/snapshot/stargz/toc.digest",
                    layer().annotation("containerd.io/snapshot/stargz/toc.digest").orElseThrow(),
                    "dev.flint.disk.digest",
                    "sha256:" + "a".repeat(64)));
    image = Manifest.create(Manifest.of(honest).config(), List.of(liar), Map.of());
    Path seed = older();
    Failures.expect(ErrorCode.INTEGRITY, () -> pull(seed));
    Failures.expect(ErrorCode.INTEGRITY, this::pull);
  }

  @Test
  void aLayerWithoutATableIsReadFromFrontToBack() throws IOException {
    byte[] tar = new TarBytes().file("disk.raw", disk).ended();
    use(
        TestImages.handMade(
            layout,
            MediaType.OCI_LAYER_TAR,
            tar,
            TestImages.config(dev.flint.oci.Digest.sha256(tar))));
    Files.write(target, Patchwork.noise(4, 2 * SIZE));
    pull(older());
    expectDisk();
    assertEquals(List.of(), notes);
  }

  @Test
  void aRefusalIsARefusal() throws IOException {
    link.ranges(
        (from, bytes) -> {
          throw new FlintException(ErrorCode.AUTH, "no more for today");
        });
    Path seed = older();
    Failures.expect(ErrorCode.AUTH, () -> pull(seed));
  }

  @Test
  void aFilePulledByItselfIsProbedIfItIsADisk() throws IOException {
    byte[] linked = TestDisks.qcow2(3, TestDisks.guest(1, 1 << 20));
    linked[15] = 112;
    linked[19] = 9;
    Path file = Files.write(folder.resolve("linked"), linked);
    DiskInfo info = new DiskInfo(DiskFormat.QCOW2, 1 << 20, linked.length, true, false);
    try (FileChannel channel = FileChannel.open(file)) {
      use(
          TestImages.assembler(layout)
              .assemble(channel, at -> 0, info, TestImages.draft(info), ProgressListener.NONE));
    }
    try (FileChannel channel =
        FileChannel.open(
            target, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      ImageFile disk = DiskImage.of(layout, image).file();
      Failures.expect(
          ErrorCode.POLICY,
          () ->
              puller(LIMIT)
                  .pullFile(new Far(), disk, channel, List.of(), ProgressListener.NONE, room));
    }
  }
}
