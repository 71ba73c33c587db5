package dev.flint.oci.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.ForgedLayer.Forged;
import dev.flint.oci.layer.HostileTables.Lie;
import dev.flint.testing.Failures;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables that lie, each with a manifest that fits the lie. Whatever a table says, no reader gives
 * another disk than the one who reads from front to back.
 */
@Timeout(60)
final class HostileTableTest {
  static Stream<Arguments> lies() {
    return HostileTables.arguments(HostileTables.lies());
  }

  static Stream<Arguments> liesOfFrames() {
    Map<String, Lie> lies = new TreeMap<>(HostileTables.lies());
    lies.remove("a unit of another compression");
    return HostileTables.arguments(lies);
  }

  static Stream<Arguments> others() {
    return HostileTables.arguments(HostileTables.others());
  }

  static Stream<Arguments> broken() {
    return HostileTables.arguments(HostileTables.broken());
  }

  @Test
  void whatIsForgedHonestlyIsReadByItsTable() throws IOException {
    ForgedLayer honest = ForgedLayer.honest();
    Reading reading = honest.forge().read();
    assertTrue(reading.wasSeekable());
    assertArrayEquals(honest.disk(), reading.disk());
    assertTrue(reading.isLike(honest.forge().readSequentially()));
    Reading frames = ForgedLayer.honestZstd().forge().read();
    assertTrue(frames.wasSeekable());
    assertArrayEquals(honest.disk(), frames.disk());
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aTableThatLiesIsRefused(String name, Lie lie) throws IOException {
    Reading reading = lie.apply(ForgedLayer.honest()).forge().read();
    assertTrue(reading.isRefused(), reading::toString);
  }

  @ParameterizedTest
  @MethodSource("others")
  void aLayerOfAnotherKindIsReadFromFrontToBack(String name, Lie lie) throws IOException {
    ForgedLayer layer = lie.apply(ForgedLayer.honest());
    Forged forged = layer.forge();
    Reading reading = forged.read();
    assertArrayEquals(layer.disk(), reading.disk(), reading::toString);
    assertTrue(reading.isLike(forged.readSequentially()));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void whatNobodyCanReadIsRefused(String name, Lie lie) throws IOException {
    Forged forged = lie.apply(ForgedLayer.honest()).forge();
    assertTrue(forged.readSequentially().isRefused(), () -> "the forge is wrong");
    Reading reading = forged.read();
    assertTrue(reading.isRefused(), reading::toString);
  }

  /** Another tool made the layer anew and kept what the manifest said of the old one. */
  @ParameterizedTest
  @ValueSource(strings = {"zstd", "plain", "one gzip"})
  void anAnnotationThatWasLeftOverDoesNoHarm(String how) throws IOException {
    ForgedLayer honest = ForgedLayer.honest();
    byte[] tar = new TarBytes().file(ForgedLayer.NAME, honest.disk()).ended();
    byte[] blob =
        switch (how) {
          case "zstd" -> Zstd.compress(tar);
          case "plain" -> tar;
          default -> TestImages.gzip(tar);
        };
    Reading reading = Reading.of(blob, honest.forge().descriptor(), Digest.sha256(tar));
    assertArrayEquals(honest.disk(), reading.disk(), reading::toString);
  }

  /** The table was had by itself; what comes then may be another blob. */
  @Test
  void aBlobThatIsNotTheOneOfItsTableIsRefused() throws IOException {
    Forged forged = ForgedLayer.honest().forge();
    SeekableLayer layer =
        SeekableLayer.find(forged.descriptor(), Packing.range(forged.blob())).orElseThrow();
    // The footer is not part of the tar; only the digest of the blob says that it is missing.
    int end = forged.blob().length - StargzFooter.LENGTH;
    // Each place in a hundred bytes of both ends, and a step that meets all kinds of places
    // between.
    for (int at = 0; at < end; at += at < 100 || at >= end - 100 ? 1 : 11) {
      byte[] cut = Arrays.copyOf(forged.blob(), at);
      Failures.expect(ErrorCode.INTEGRITY, () -> Packing.unpack(layer, cut, forged.diffId(), 1));
    }
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      byte[] damaged = forged.blob().clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertArrayEquals(
            ForgedLayer.honest().disk(), Packing.unpack(layer, damaged, forged.diffId(), 1));
      } catch (FlintException e) {
        assertEquals(ErrorCode.INTEGRITY, e.code());
      }
    }
  }

  @Test
  void whatFollowsTheDiskCountsForTheLimit() throws IOException {
    byte[] disk = ForgedLayer.honest().disk();
    Forged forged = ForgedLayer.honest().json(text -> text + " ".repeat(100_000)).forge();
    SeekableLayer layer =
        SeekableLayer.find(forged.descriptor(), Packing.range(forged.blob())).orElseThrow();
    for (long limit : new long[] {disk.length, disk.length + 512, disk.length + 90_000}) {
      Failures.expect(
          ErrorCode.POLICY,
          () ->
              new ParallelUnpacker(Packing.CODECS, 1)
                  .unpack(
                      layer,
                      new ByteArrayInputStream(forged.blob()),
                      forged.diffId(),
                      limit,
                      Digest.sha256Hasher(),
                      (position, bytes, length) -> {}));
    }
  }

  @ParameterizedTest
  @MethodSource("liesOfFrames")
  void aTableOfFramesThatLiesGivesNoOtherDisk(String name, Lie lie) throws IOException {
    ForgedLayer layer = lie.apply(ForgedLayer.honestZstd());
    Forged forged = layer.forge();
    Reading reading = forged.read();
    assertTrue(reading.isRefusedOr(layer.disk()), reading::toString);
    assertFalse(reading.wasSeekable() && !reading.isRefused(), "the lie was not seen");
  }

  /** Any number anywhere in the table, and any two lies at once. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void noMixtureOfLiesGivesAnotherDisk(int seed) throws IOException {
    Random random = new Random(seed);
    String[] members = {"offset", "chunkSize", "chunkOffset", "size", "innerOffset"};
    int seekable = 0;
    for (int round = 0; round < 250; round++) {
      ForgedLayer layer = random.nextBoolean() ? ForgedLayer.honest() : ForgedLayer.honestZstd();
      for (int i = 0; i <= random.nextInt(3); i++) {
        int entry = random.nextInt(5);
        layer.set(entry, members[random.nextInt(members.length)], number(layer, random));
      }
      Forged forged = layer.forge();
      Reading reading = forged.read();
      assertTrue(reading.isRefusedOr(layer.disk()), reading::toString);
      seekable += reading.wasSeekable() ? 1 : 0;
    }
    assertTrue(seekable > 0, "all were told by their tables alone");
  }

  private static long number(ForgedLayer layer, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> layer.offset(random.nextInt(6)) + random.nextInt(3) - 1;
      case 2 -> 1L << random.nextInt(63);
      case 3 -> random.nextInt(3) - 1;
      case 4 -> new int[] {5000, 9000, 13_000, 17_096, 20_000}[random.nextInt(5)];
      default -> random.nextInt(20_001);
    };
  }
}
