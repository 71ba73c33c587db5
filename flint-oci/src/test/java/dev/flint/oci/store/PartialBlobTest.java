package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.PartialBlob.Form;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What came of a blob is kept, checked and taken away. */
final class PartialBlobTest {
  private static final byte[] CONTENT = random(200_000);
  private static final Descriptor BLOB = descriptor(CONTENT);

  /** Far longer than a thread that is ready to run has to wait for a processor. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @TempDir private Path folder;
  private OciLayout layout;

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static Descriptor descriptor(byte[] content) {
    return Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(content), content.length);
  }

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(folder);
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private PartialBlob partial(Form form) throws IOException {
    return layout.partial(BLOB, form).orElseThrow();
  }

  private PartialBlob partial() throws IOException {
    return partial(Form.PREFIX);
  }

  private Path file(String suffix) {
    return folder.resolve(".flint/partial/sha256-" + BLOB.digest().encoded() + suffix);
  }

  private List<Path> partials() throws IOException {
    Path area = folder.resolve(".flint/partial");
    if (!Files.exists(area)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(area)) {
      return files.toList();
    }
  }

  private void write(int from, int to) throws IOException {
    try (PartialBlob partial = partial();
        Ingest ingest = partial.ingest()) {
      assertEquals(from, ingest.count());
      ingest.write(CONTENT, from, to - from);
    }
  }

  private void expectWhole() throws IOException {
    assertArrayEquals(CONTENT, Files.readAllBytes(layout.require(BLOB).file()));
    assertEquals(List.of(), partials());
  }

  @Test
  void goesOnWhereItStopped() throws IOException {
    write(0, 1000);
    write(1000, 150_000);
    layout.close();
    layout = OciLayout.openOrCreate(folder);
    write(150_000, 150_001);
    assertEquals(Optional.empty(), layout.find(BLOB));
    try (PartialBlob partial = partial();
        Ingest ingest = partial.ingest()) {
      ingest.write(CONTENT, 150_001, CONTENT.length - 150_001);
      ingest.commit();
    }
    expectWhole();
  }

  /** Whatever was left by whoever, the right blob comes out, or nothing. */
  @Test
  void anyCutsAndAnyGarbageGiveTheRightBlobOrNone() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 100; round++) {
      boolean damaged = random.nextBoolean();
      if (damaged) {
        byte[] garbage = Arrays.copyOf(CONTENT, random.nextInt(CONTENT.length + 1000) + 1);
        garbage[random.nextInt(garbage.length)] ^= 1;
        Files.createDirectories(file("").resolveSibling("."));
        Files.write(file(""), garbage);
      }
      boolean refused = false;
      while (layout.find(BLOB).isEmpty()) {
        try (PartialBlob partial = partial();
            Ingest ingest = partial.ingest()) {
          int from = (int) ingest.count();
          int to = from + random.nextInt(CONTENT.length - from + 1);
          ingest.write(CONTENT, from, to - from);
          if (to == CONTENT.length && refusedCommit(ingest)) {
            refused = true;
          }
        }
      }
      assertTrue(damaged || !refused, "sound pieces were refused");
      expectWhole();
      layout.delete(BLOB.digest());
    }
  }

  private static boolean refusedCommit(Ingest ingest) throws IOException {
    try {
      ingest.commit();
      return false;
    } catch (IntegrityException e) {
      return true;
    }
  }

  @Test
  void isGoneOnceItsBytesAreKnownToBeWrong() throws IOException {
    byte[] wrong = CONTENT.clone();
    wrong[wrong.length - 1]++;
    try (PartialBlob partial = partial();
        Ingest ingest = partial.ingest()) {
      ingest.write(wrong);
      Failures.expect(ErrorCode.INTEGRITY, ingest::commit);
    }
    assertEquals(List.of(), partials());
    try (PartialBlob partial = partial();
        Ingest ingest = partial.ingest()) {
      ingest.write(CONTENT);
      Failures.expect(ErrorCode.INTEGRITY, () -> ingest.write(1));
    }
    assertEquals(List.of(), partials());
    assertEquals(Optional.empty(), layout.find(BLOB));
  }

  @Test
  void staysWhenItIsOnlyTooShort() throws IOException {
    write(0, 500);
    try (PartialBlob partial = partial()) {
      Failures.expect(ErrorCode.INTEGRITY, partial::commit);
      assertEquals(500, partial.length());
    }
  }

  @Test
  void takesChunksInAnyOrder() throws IOException {
    write(0, 10);
    try (PartialBlob partial = partial(Form.CHUNKS)) {
      assertEquals(0, partial.length());
      try (FileChannel channel = partial.channel()) {
        for (int start : new int[] {150_000, 50_000, 0, 100_000}) {
          channel.write(ByteBuffer.wrap(CONTENT, start, 50_000), start);
        }
      }
      assertEquals(CONTENT.length, partial.length());
      assertEquals(BLOB.digest(), partial.commit().digest());
    }
    expectWhole();
  }

  @Test
  void aHoleAmongTheChunksIsNoticed() throws IOException {
    try (PartialBlob partial = partial(Form.CHUNKS)) {
      try (FileChannel channel = partial.channel()) {
        channel.write(ByteBuffer.wrap(CONTENT, 100_000, 100_000), 100_000);
      }
      Failures.expect(ErrorCode.INTEGRITY, partial::commit);
      assertEquals(0, partial.length());
    }
  }

  @Test
  void isHeldAloneWhicheverItsForm() throws IOException {
    BlobLocks locks = new BlobLocks(folder.resolve("locks"));
    try (StoreLock.Hold hold = locks.own(BLOB.digest(), Duration.ZERO).orElseThrow()) {
      assertTrue(locks.own(BLOB.digest(), Duration.ofMillis(1)).isEmpty());
      locks.own(Digest.sha256(new byte[1]), Duration.ZERO).orElseThrow().close();
      assertTrue(locks.own(BLOB.digest(), Duration.ZERO).isEmpty(), "another's end frees nothing");
    }
    locks.own(BLOB.digest(), Duration.ZERO).orElseThrow().close();
  }

  @Test
  void aThreadWaitsForAnotherAsLongAsItGetsOn() throws Exception {
    BlobLocks locks = new BlobLocks(folder.resolve("locks"));
    PartialArea area = new PartialArea(folder.resolve("area"), locks, PATIENCE);
    Path file = folder.resolve("area/sha256-" + BLOB.digest().encoded());
    Files.createDirectories(folder.resolve("area"));
    Files.createFile(file);
    StoreLock.Hold hold = locks.own(BLOB.digest(), Duration.ZERO).orElseThrow();
    assertTrue(area.open(layout, BLOB, Form.PREFIX).isEmpty(), "it got no further");

    long end = System.nanoTime() + PATIENCE.toNanos() * 2;
    Thread busy =
        new Thread(
            () -> {
              for (int second = 1; System.nanoTime() < end; second++) {
                touch(file, second);
              }
              release(hold);
            });
    busy.start();
    Optional<PartialBlob> partial = area.open(layout, BLOB, Form.PREFIX);
    busy.join();
    assertTrue(partial.isPresent());
    partial.get().close();
  }

  private static void touch(Path file, int seconds) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(seconds)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void release(StoreLock.Hold hold) {
    try {
      hold.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isGoneWhenTheBlobCameByAnotherWay() throws IOException {
    write(0, 1000);
    layout.put(CONTENT);
    expectWhole();

    layout.delete(BLOB.digest());
    try (PartialBlob partial = partial(Form.CHUNKS)) {
      partial.channel().close();
      layout.put(CONTENT);
      assertEquals(1, partials().size(), "it is in use");
    }
    expectWhole();
  }

  @Test
  void theSweepTakesWhatIsOldOrNeededNoMore() throws IOException {
    GarbageCollector collector = new GarbageCollector(layout);
    write(0, 1000);
    Path foreign = Files.writeString(file("").resolveSibling("foreign"), "kept");
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
    Files.setLastModifiedTime(foreign, old);
    assertEquals(Optional.of(0L), collector.sweep());
    assertTrue(Files.exists(file("")));

    Files.setLastModifiedTime(file(""), old);
    try (PartialBlob busy = partial(Form.CHUNKS)) {
      assertEquals(Optional.of(0L), collector.sweep());
    }
    assertTrue(Files.exists(file("")));
    assertEquals(Optional.of(1000L), collector.sweep());
    assertFalse(Files.exists(file("")));

    layout.put(CONTENT);
    Files.write(file(".chunks"), new byte[7]);
    assertEquals(Optional.of(7L), collector.sweep());
    assertEquals(List.of(foreign), partials());
  }

  @Test
  void refusesWhatIsNoPlainFile() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside"), "untouched");
    Files.createDirectories(file("").resolveSibling("."));
    Files.createSymbolicLink(file(""), outside);
    for (int i = 0; i < 2; i++) {
      Failures.expect(ErrorCode.POLICY, this::partial);
    }
    assertEquals("untouched", Files.readString(outside));
    layout.put(CONTENT);
  }

  @Test
  void refusesADigestNobodyCanCheck() {
    Descriptor unknown =
        Descriptor.of(MediaType.OCTET_STREAM, Digest.parse("blake3:" + "0".repeat(64)), 1);
    Failures.expect(ErrorCode.UNSUPPORTED, () -> layout.partial(unknown, Form.PREFIX));
  }
}
