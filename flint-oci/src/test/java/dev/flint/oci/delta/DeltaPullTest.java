package dev.flint.oci.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.codec.Decoders;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.layer.Packing;
import dev.flint.oci.layer.Packing.Packed;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Reused;
import dev.flint.oci.progress.Reuse;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.testing.Failures;
import dev.flint.testing.FaultyBlob;
import dev.flint.testing.Patchwork;
import dev.flint.testing.Peers;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is on this machine, and whatever the other end does: the blob is the right one. */
@Timeout(120)
final class DeltaPullTest {
  private static final int SIZE = 4 << 20;
  private static final ChunkSizes SIZES = new ChunkSizes(4096, 16 * 1024, 64 * 1024);

  /** Footer, table and header, and the chunks at both ends of a change. */
  private static final int BESIDES = 400 * 1024;

  @TempDir private Path folder;
  private OciLayout layout;
  private final List<Integer> pauses = Collections.synchronizedList(new ArrayList<>());
  private final List<String> notes = new ArrayList<>();
  private final List<Seed> disks = new ArrayList<>();
  private long metered;
  private Reuse reuse = Reuse.NOTHING;
  private byte[] before;
  private byte[] after;

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(folder.resolve("store"));
    before = Patchwork.noise(1, SIZE);
    // Zeros too, so that units of all kinds are there.
    Arrays.fill(before, SIZE / 2, SIZE / 2 + 500_000, (byte) 0);
    byte[] change = Patchwork.noise(2, 100_000);
    after = new byte[SIZE + 5000];
    System.arraycopy(before, 0, after, 0, SIZE / 4);
    System.arraycopy(change, 0, after, SIZE / 4, change.length);
    System.arraycopy(
        before, SIZE / 4 + 95_000, after, SIZE / 4 + 100_000, SIZE - SIZE / 4 - 95_000);
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private Packed pack(byte[] disk, DeflateChoice engine) throws IOException {
    return new Packing(Packing.CODECS.gzip(engine, 1), SIZES, 2).pack(disk, folder);
  }

  private Packed jdk(byte[] disk) throws IOException {
    return pack(disk, DeflateChoice.JDK);
  }

  /** As the command line does with a pull of an image: the shortcut first, the whole after it. */
  private Outcome put(Descriptor blob, BlobSource source) throws IOException {
    DeltaPull delta = new DeltaPull(layout, Packing.CODECS, 2, disks, pauses::add, notes::add);
    try (Meter meter = Meter.start(this::count, "blob", blob.size())) {
      return new LayoutImages(layout, pauses::add, delta).putBlob(blob, source, meter);
    }
  }

  private void count(ProgressEvent event) {
    if (event instanceof Advanced advanced) {
      metered += advanced.bytes();
    } else if (event instanceof Reused reused) {
      metered += reused.reuse().bytes() - reuse.bytes();
      reuse = reused.reuse();
    }
  }

  private void store(Packed packed) throws IOException {
    store(packed.blob(), packed.descriptor());
  }

  private void store(byte[] blob, Descriptor descriptor) throws IOException {
    layout.put(blob);
    Descriptor config =
        TestImages.store(
            layout, MediaType.OCI_CONFIG, TestImages.config(descriptor.digest()).bytes());
    Document image = Manifest.create(config, List.of(descriptor), Map.of());
    layout.put(image);
    layout.tag("localhost/seed:" + descriptor.digest().abbreviated(), image.descriptor());
  }

  private static Descriptor encodedBy(Packed packed, String encoder) throws IOException {
    Map<String, String> annotations = new HashMap<>(packed.descriptor().annotations());
    annotations.put(FeatherKeys.LAYER_ENCODER, encoder);
    return packed.descriptor().withAnnotations(annotations);
  }

  private void expectBlob(Packed packed) throws IOException {
    assertArrayEquals(
        packed.blob(), Files.readAllBytes(layout.require(packed.descriptor()).file()));
    expectNoPartial();
  }

  private void expectNoPartial() throws IOException {
    Path area = folder.resolve("store/.flint/partial");
    if (Files.exists(area)) {
      try (Stream<Path> files = Files.list(area)) {
        assertEquals(List.of(), files.toList());
      }
    }
  }

  private Path partial(Packed packed) throws IOException {
    Path area = Files.createDirectories(folder.resolve("store/.flint/partial"));
    return area.resolve("sha256-" + packed.descriptor().digest().encoded() + ".chunks");
  }

  private static boolean wasWhole(FaultyBlob link) {
    return link.requests().contains("whole");
  }

  @Test
  void onlyWhatChangedIsFetched() throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    assertEquals(Outcome.DONE, put(wanted.descriptor(), link));
    expectBlob(wanted);
    long came = link.takeBytes();
    assertTrue(came < 100_000 + BESIDES, came + " bytes came");
    assertTrue(link.requests().size() <= 30, link.requests().toString());
    assertTrue(metered > wanted.blob().length - BESIDES, "told of " + metered);
    assertTrue(reuse.chunks() > 0 && reuse.chunks() < reuse.totalChunks(), reuse.toString());
    assertEquals(List.of(), notes);
  }

  @ParameterizedTest
  @CsvSource({"JDK,LIBDEFLATE", "LIBDEFLATE,JDK"})
  void unitsOfAnotherEngineAreMadeAnew(DeflateChoice old, DeflateChoice fresh) throws IOException {
    Peers.requireLibrary("libdeflate.so.0");
    store(pack(before, old));
    Packed wanted = pack(after, fresh);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertTrue(link.takeBytes() < 100_000 + BESIDES);
    assertEquals(List.of(), notes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "zopfli 1.0", "gzip; jdk; level=1; print=0000000000000000", "x\0y"})
  void anUnknownEncoderCostsTheDownloadOfItsChunksOnly(String encoder) throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    put(encodedBy(wanted, encoder), link);
    expectBlob(wanted);
  }

  @Test
  void unitsOfAnUnknownEncoderServeOneOfTheSameName() throws IOException {
    Packed old = jdk(before);
    store(old.blob(), encodedBy(old, "zopfli 1.0"));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    put(encodedBy(wanted, "zopfli 1.0"), link);
    expectBlob(wanted);
    assertTrue(link.takeBytes() < 100_000 + BESIDES);
  }

  /** The layer says that our own engine made it, but another level did. */
  @Test
  void anEncoderThatLiesCostsADownload() throws IOException {
    store(new Packing(Packing.CODECS.gzip(DeflateChoice.JDK, 9), SIZES, 2).pack(before, folder));
    Packed wanted = jdk(after);
    String lie = Packing.CODECS.gzip(DeflateChoice.JDK, 9).encoder();
    put(encodedBy(wanted, lie), new FaultyBlob(wanted.blob()));
    expectBlob(wanted);
  }

  @Test
  void aDiskServesAsWell() throws IOException {
    byte[] large = Patchwork.disk(3, 8 << 20);
    byte[] changed = large.clone();
    Arrays.fill(changed, 3 << 20, (3 << 20) + 9000, (byte) 7);
    Path file = Files.write(folder.resolve("old.raw"), large);
    Packed wanted = Packing.usual().pack(changed, folder);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    try (FileChannel channel = FileChannel.open(file)) {
      disks.add(new DiskSeed(channel));
      put(wanted.descriptor(), link);
    }
    expectBlob(wanted);
    assertFalse(wasWhole(link));
    assertTrue(link.takeBytes() < wanted.blob().length / 2, link.requests().toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aDamagedSeedCostsADownloadAtMost(int seed) throws IOException {
    Packed old = jdk(before);
    store(old);
    Packed wanted = jdk(after);
    Path blob = layout.require(old.descriptor()).file();
    byte[] damaged = old.blob().clone();
    Random random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      // Not in the table, where nothing would be found at all.
      damaged[random.nextInt(3 << 20)] ^= (byte) (1 << random.nextInt(8));
    }
    Files.setPosixFilePermissions(
        blob, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    Files.write(blob, damaged);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertTrue(wasWhole(link) || link.takeBytes() > 100_000);
  }

  @Test
  void aSeedThatIsCutOffServesWithWhatItHas() throws IOException {
    Packed old = jdk(before);
    store(old);
    Path blob = layout.require(old.descriptor()).file();
    Files.write(blob, Arrays.copyOf(old.blob(), 2 << 20));
    Packed wanted = jdk(after);
    put(wanted.descriptor(), new FaultyBlob(wanted.blob()));
    expectBlob(wanted);
  }

  @Test
  void whatCannotBeReadIsNoSeed() throws IOException {
    Packed linked = jdk(Patchwork.noise(7, 100_000));
    store(linked);
    Path blob = layout.require(linked.descriptor()).file();
    Files.delete(blob);
    Files.createSymbolicLink(blob, folder.resolve("disk-of-any-name"));
    Packed missing = jdk(Patchwork.noise(8, 100_000));
    store(missing);
    Files.delete(layout.require(missing.descriptor()).file());
    layout.tag("localhost/none:1", missing.descriptor());
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertTrue(link.takeBytes() < 100_000 + BESIDES);
  }

  /** It offers what it has; when it is asked for it, it has something else. */
  private static final class Turncoat implements Seed {
    private final Packed layer;
    private final Random random = new Random(5);

    Turncoat(Packed layer) {
      this.layer = layer;
    }

    @Override
    public void offer(Offers offers) throws IOException {
      var table = layer.seekable().orElseThrow().table();
      for (int i = 0; i < table.count(); i++) {
        offers.take(table.hash(i), i);
      }
    }

    @Override
    public synchronized Optional<byte[]> unit(long place, String encoder) {
      return switch (random.nextInt(3)) {
        case 0 -> Optional.of(new byte[random.nextInt(40_000)]);
        case 1 -> Optional.of(new byte[0]);
        default -> Optional.empty();
      };
    }

    @Override
    public synchronized boolean read(long place, Decoders decoders, byte[] out, int length) {
      Arrays.fill(out, 0, length, (byte) random.nextInt(3));
      return random.nextBoolean();
    }
  }

  @Test
  void aSeedThatChangesIsNotBelieved() throws IOException {
    Packed wanted = jdk(after);
    disks.add(new Turncoat(wanted));
    FaultyBlob link = new FaultyBlob(wanted.blob());
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertFalse(wasWhole(link));
    assertEquals(List.of(), notes);
  }

  @Test
  void aDiskThatShrinksWhileItIsReadIsNoFailure() throws IOException {
    Path file = Files.write(folder.resolve("shrinking"), Patchwork.noise(4, 5 << 20));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      List<Long> places = new ArrayList<>();
      new DiskSeed(channel)
          .offer(
              (hash, place) -> {
                places.add(place);
                channel.truncate(0);
                return true;
              });
      assertFalse(places.isEmpty());
    }
  }

  @Test
  void withoutRangesTheWholeIsFetchedAndThatIsSaid() throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob()).ranges((from, bytes) -> Optional.empty());
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertTrue(wasWhole(link));
    assertEquals(1, notes.size(), notes.toString());
    assertEquals(wanted.blob().length, metered);
  }

  /** The registry knows ranges until the table is read, and then no more. */
  @Test
  void rangesThatEndInBetweenAreNoFailure() throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    link.ranges(
        (from, bytes) ->
            link.requests().size() < 4
                ? Optional.of(new ByteArrayInputStream(bytes))
                : Optional.empty());
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertTrue(wasWhole(link));
    assertEquals(1, notes.size(), notes.toString());
  }

  private static FaultyBlob.Answer wrong(String how, Packed wanted) {
    int table = wanted.blob().length - 200_000;
    return (from, bytes) -> {
      byte[] sent = bytes.clone();
      boolean end = from >= table;
      switch (how) {
        case "chunks" -> sent[sent.length / 2] ^= end ? 0 : (byte) 1;
        case "table" -> sent[sent.length - 100] ^= 1;
        case "head" -> sent[from == 0 ? 20 : 0] ^= (byte) (from == 0 ? 1 : 0);
        case "zeros" -> Arrays.fill(sent, end ? sent.length : 0, sent.length, (byte) 0);
        case "less" -> sent = Arrays.copyOf(sent, (sent.length + 1) / 2);
        case "nothing" -> sent = new byte[0];
        case "no chunks" -> sent = end ? sent : new byte[0];
        case "more" -> sent = Arrays.copyOf(sent, sent.length + 1000);
        case "refusal" -> throw new FlintException(ErrorCode.PROTOCOL, "another range came");
        case "late refusal" -> {
          if (!end) {
            throw new FlintException(ErrorCode.PROTOCOL, "another range came");
          }
        }
        default -> throw new IllegalArgumentException(how);
      }
      return Optional.of(new ByteArrayInputStream(sent));
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chunks",
        "table",
        "head",
        "zeros",
        "nothing",
        "no chunks",
        "refusal",
        "late refusal"
      })
  void wrongPartsAreFoundOutAndTheWholeFetched(String how) throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob()).ranges(wrong(how, wanted));
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertTrue(wasWhole(link), link.requests().toString());
    assertEquals(1, notes.size(), notes.toString());
    assertEquals(wanted.blob().length, metered);
  }

  @ParameterizedTest
  @ValueSource(strings = {"less", "more"})
  void answersOfAnotherLengthAreNoMatter(String how) throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob()).ranges(wrong(how, wanted));
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertFalse(wasWhole(link), link.requests().toString());
  }

  @Test
  void aRefusalIsNotTakenForABadTable() throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link =
        new FaultyBlob(wanted.blob())
            .ranges(
                (from, bytes) -> {
                  throw new FlintException(ErrorCode.AUTH, "no more for today");
                });
    Failures.expect(ErrorCode.AUTH, () -> put(wanted.descriptor(), link));
    assertFalse(wasWhole(link));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aLinkThatBreaksAnywhereBringsTheBlob(long seed) throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    Random random = new Random(seed);
    Map<Long, Integer> asked = new ConcurrentHashMap<>();
    FaultyBlob link = new FaultyBlob(wanted.blob());
    link.ranges(
        (from, bytes) -> {
          // None brings a whole chunk, and some nothing: few enough in a row to be tried again.
          boolean nothing = asked.merge(from, 1, Integer::sum) <= 3 && random.nextBoolean();
          if (nothing && random.nextBoolean()) {
            throw new LostConnectionException("no answer");
          }
          int come = 1 + random.nextInt(Math.min(bytes.length, 4000));
          return Optional.of(FaultyBlob.cut(bytes, nothing ? 0 : come));
        });
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertFalse(wasWhole(link), link.requests().toString());
    assertEquals(List.of(), notes);
  }

  @Test
  void aLinkThatIsDeadIsGivenUp() throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob()).dieAfter(0);
    assertThrows(LostConnectionException.class, () -> put(wanted.descriptor(), link));
    assertEquals(List.of(1, 2, 3), pauses);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 10, 50, 90})
  void theNextRunFetchesOnlyTheRest(int percent) throws IOException {
    byte[] other = Patchwork.noise(20, SIZE);
    System.arraycopy(before, 0, other, 0, SIZE / 4);
    store(jdk(before));
    Packed wanted = jdk(other);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    link.dieAfter(BESIDES + (long) wanted.blob().length * 3 / 4 * percent / 100);
    assertThrows(LostConnectionException.class, () -> put(wanted.descriptor(), link));
    long first = link.takeBytes();
    assertTrue(Files.size(partial(wanted)) > 0);
    link.dieAfter(Long.MAX_VALUE);
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    long second = link.takeBytes();
    assertTrue(
        first + second <= wanted.blob().length * 3L / 4 + 2 * BESIDES + 4L * SIZES.max(),
        first + " and " + second + " of " + wanted.blob().length);
    assertFalse(wasWhole(link));
  }

  /** Killed without seeds the next time, what came is still used. */
  @Test
  void thePartialAloneIsReasonEnough() throws IOException {
    Packed wanted = jdk(after);
    Files.write(partial(wanted), Arrays.copyOf(wanted.blob(), 3 << 20));
    FaultyBlob link = new FaultyBlob(wanted.blob());
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertTrue(link.takeBytes() < wanted.blob().length - (3 << 20) + BESIDES);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void garbageInThePartialDoesNoHarm(long seed) throws IOException {
    store(jdk(before));
    Packed wanted = jdk(after);
    Random random = new Random(seed);
    byte[] garbage = Arrays.copyOf(wanted.blob(), random.nextInt(2 * wanted.blob().length));
    for (int i = 0; i < 50; i++) {
      int from = random.nextInt(garbage.length);
      byte[] noise =
          Patchwork.noise(i, Math.min(garbage.length - from, 1 + random.nextInt(50_000)));
      System.arraycopy(noise, 0, garbage, from, noise.length);
    }
    Files.write(partial(wanted), garbage);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    put(wanted.descriptor(), link);
    expectBlob(wanted);
    assertFalse(wasWhole(link), notes.toString());
  }

  @Test
  void eightAtOnceFetchItOnce() throws Exception {
    store(jdk(before));
    Packed wanted = jdk(after);
    FaultyBlob link = new FaultyBlob(wanted.blob());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Outcome>> pulls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        DeltaPull delta = new DeltaPull(layout, Packing.CODECS, 1, List.of(), at -> {}, note -> {});
        LayoutImages images = new LayoutImages(layout, at -> {}, delta);
        pulls.add(() -> images.putBlob(wanted.descriptor(), link, n -> {}));
      }
      for (Future<Outcome> pull : threads.invokeAll(pulls)) {
        pull.get();
      }
    } finally {
      threads.shutdownNow();
    }
    expectBlob(wanted);
    assertTrue(link.takeBytes() < 100_000 + BESIDES);
  }

  /** Its own place in the store is no seed, and neither is a blob that only claims a table. */
  @Test
  void theWantedBlobIsNoSeedOfItself() throws IOException {
    Packed wanted = jdk(after);
    store(wanted);
    Path blob = layout.require(wanted.descriptor()).file();
    try (FileChannel channel = FileChannel.open(blob, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 2 << 20);
    }
    layout.discardIfDamaged(wanted.descriptor());
    put(wanted.descriptor(), new FaultyBlob(wanted.blob()));
    expectBlob(wanted);
  }
}
