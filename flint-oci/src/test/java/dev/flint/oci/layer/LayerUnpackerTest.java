package dev.flint.oci.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LayerUnpackerTest {
  private static final byte[] DISK = new byte[3000];
  private static final long ROOMY = 1 << 30;

  static {
    new Random(1).nextBytes(DISK);
  }

  private static byte[] unpack(byte[] layer, byte[] tar, long cap) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerUnpacker.unpack(new ByteArrayInputStream(layer), Digest.sha256(tar), cap, out::write);
    return out.toByteArray();
  }

  private static byte[] unpack(byte[] tar) throws IOException {
    return unpack(tar, tar, ROOMY);
  }

  private static TarBytes tar() {
    return new TarBytes();
  }

  private static byte[] plain() {
    return tar().file("disk.qemu", DISK).ended();
  }

  private static byte[] bzip2(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream bzip2 = new BZip2CompressorOutputStream(out)) {
      bzip2.write(bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List.of(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }

  static Stream<Arguments> accepted() {
    byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
    return Stream.of(
        Arguments.of("flint's own", tar().file("disk.qemu", DISK)),
        Arguments.of("a leading path", tar().file("disk/osv/disk.qcow2", DISK)),
        Arguments.of("./", tar().entry('5', "./", "", new byte[0]).file("./disk.img", DISK)),
        Arguments.of(".", tar().entry('5', ".", "", new byte[0]).file("disk.raw", DISK)),
        Arguments.of(
            "folder", tar().entry('5', "disk/", "", new byte[0]).file("disk/d.vmdk", DISK)),
        Arguments.of("other file after", tar().file("x.vbox", DISK).file("kernel.elf", text)),
        Arguments.of("other file before", tar().file("README", text).file("x.VMW", DISK)),
        Arguments.of("old type", tar().entry('\0', "disk.vdi", "", DISK)),
        Arguments.of("global header", tar().pax('g', "comment", "x").file("disk.qemu", DISK)),
        Arguments.of("pax name", tar().pax('x', "path", "a/long.qemu").file("short", DISK)),
        Arguments.of(
            "gnu long name",
            tar()
                .entry('L', "././@LongLink", "", "a/long.qemu\0".getBytes(StandardCharsets.UTF_8))
                .file("short", DISK)),
        Arguments.of(
            "duplicate other name", tar().file("x", text).file("x", text).file("d.raw", DISK)),
        Arguments.of(
            "zeros to a record", tar().file("disk.qemu", DISK).bytes(new byte[10240 - 3584])),
        Arguments.of("dots in a name", tar().file("..a/b../...c/d..qemu", DISK)));
  }

  /** E4, E5, U3: what is passed over, and padding of zeros. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void takesTheDiskOutOf(String name, TarBytes archive) throws IOException {
    assertArrayEquals(DISK, unpack(archive.ended()));
  }

  /** E7, E9, U2: members, and the bytes decide (docs/decisions.md). */
  @Test
  void tellsTheCompressionByTheBytes() throws IOException {
    byte[] tar = plain();
    List<UnaryOperator<byte[]>> codecs =
        List.of(b -> b, TestImages::gzip, Zstd::compress, LayerUnpackerTest::bzip2);
    for (UnaryOperator<byte[]> codec : codecs) {
      assertArrayEquals(DISK, unpack(codec.apply(tar), tar, ROOMY));
    }
    for (UnaryOperator<byte[]> codec : codecs.subList(1, 4)) {
      byte[] members =
          join(
              codec.apply(Arrays.copyOf(tar, 1000)),
              codec.apply(new byte[0]),
              codec.apply(Arrays.copyOfRange(tar, 1000, tar.length)));
      assertArrayEquals(DISK, unpack(members, tar, ROOMY));
    }
  }

  static Stream<Arguments> refused() {
    byte[] none = new byte[0];
    byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
    String absent = "no disk";
    return Stream.of(
        Arguments.of(ErrorCode.POLICY, "two up", tar().file("../x.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "only two dots", tar().file("..", DISK)),
        Arguments.of(ErrorCode.POLICY, "absolute", tar().file("/x.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "up inside", tar().file("a/../../x.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "drive", tar().file("C:\\x.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "drive, slash", tar().file("c:/x.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "backslash", tar().file("..\\x.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "newline", tar().file("a\nb.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "escape", tar().file("a\u001b[2J.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "DEL", tar().file("a\u007f.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "double slash", tar().file("a//x.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "empty name", tar().file("", DISK)),
        Arguments.of(ErrorCode.POLICY, "a dot as file", tar().file(".", DISK)),
        Arguments.of(ErrorCode.POLICY, "a dot below", tar().file("a/.", DISK)),
        Arguments.of(
            ErrorCode.POLICY, "hostile other file", tar().file("d.qemu", DISK).file("../x", text)),
        Arguments.of(
            ErrorCode.POLICY,
            "hostile folder",
            tar().entry('5', "../", "", none).file("d.qemu", DISK)),
        Arguments.of(
            ErrorCode.POLICY, "pax up", tar().pax('x', "path", "../x.qemu").file("ok.qemu", DISK)),
        Arguments.of(
            ErrorCode.POLICY,
            "global pax up",
            tar().pax('g', "path", "../x.qemu").file("ok.qemu", DISK)),
        Arguments.of(
            ErrorCode.POLICY,
            "5000 characters",
            tar().pax('x', "path", "a".repeat(5000) + ".qemu").file("ok.qemu", DISK)),
        Arguments.of(
            ErrorCode.POLICY,
            "gnu long name up",
            tar()
                .entry('L', "././@LongLink", "", "../x.qemu\0".getBytes(StandardCharsets.UTF_8))
                .file("ok.qemu", DISK)),
        Arguments.of(ErrorCode.POLICY, "symlink", link('2', "d.qemu", "/etc/passwd")),
        Arguments.of(ErrorCode.POLICY, "symlink inside", link('2', "d.qemu", "disk.qemu")),
        Arguments.of(ErrorCode.POLICY, "other symlink", link('2', "x", ".")),
        Arguments.of(ErrorCode.POLICY, "symlink as folder", link('2', "x/", "/etc")),
        Arguments.of(ErrorCode.POLICY, "hard link", link('1', "d.qemu", "disk.qemu")),
        Arguments.of(ErrorCode.POLICY, "hard link outside", link('1', "x", "../../etc/passwd")),
        Arguments.of(ErrorCode.POLICY, "character device", link('3', "d.qemu", "")),
        Arguments.of(ErrorCode.POLICY, "device as folder", link('3', "dev/", "")),
        Arguments.of(ErrorCode.POLICY, "block device", link('4', "d.qemu", "")),
        Arguments.of(ErrorCode.POLICY, "FIFO", link('6', "x", "")),
        Arguments.of(ErrorCode.POLICY, "contiguous", tar().entry('7', "d.qemu", "", DISK)),
        Arguments.of(ErrorCode.POLICY, "GNU sparse", tar().entry('S', "d.qemu", "", DISK)),
        Arguments.of(ErrorCode.POLICY, "multi-volume", tar().entry('M', "d.qemu", "", DISK)),
        Arguments.of(ErrorCode.POLICY, "unknown type", tar().entry('Z', "d.qemu", "", DISK)),
        Arguments.of(ErrorCode.POLICY, "unknown as folder", tar().entry('Z', "d/", "", none)),
        Arguments.of(
            ErrorCode.POLICY,
            "pax sparse",
            tar()
                .pax('x', "GNU.sparse.size", "10000", "GNU.sparse.map", "0,1")
                .file("d.qemu", DISK)),
        Arguments.of(
            ErrorCode.UNSUPPORTED, "two disks", tar().file("a.qemu", DISK).file("b.raw", DISK)),
        Arguments.of(
            ErrorCode.UNSUPPORTED,
            "same disk twice",
            tar().file("a.qemu", DISK).file("a.qemu", DISK)),
        Arguments.of(ErrorCode.UNSUPPORTED, absent, tar().file("etc/passwd", text)),
        Arguments.of(ErrorCode.UNSUPPORTED, "no entry", tar()),
        Arguments.of(
            ErrorCode.UNSUPPORTED, "a folder only", tar().entry('5', "disk.qemu/", "", none)),
        Arguments.of(
            ErrorCode.UNSUPPORTED,
            "whiteout",
            tar().file(".wh.disk.qemu", none).file("disk.qemu", DISK)),
        Arguments.of(
            ErrorCode.UNSUPPORTED,
            "opaque whiteout",
            tar().file("a/.wh..wh..opq", none).file("disk.qemu", DISK)));
  }

  private static TarBytes link(char type, String name, String to) {
    return tar().file("disk.qemu", DISK).entry(type, name, to, new byte[0]);
  }

  /** E1, E2, E4. */
  @ParameterizedTest(name = "{1}")
  @MethodSource("refused")
  void refuses(ErrorCode code, String name, TarBytes archive) {
    byte[] tar = archive.ended();
    Failures.expect(code, () -> unpack(tar));
    Failures.expect(code, () -> unpack(TestImages.gzip(tar), tar, ROOMY));
  }

  /** E5. */
  @Test
  void refusesEveryTruncation() {
    byte[] disk = new byte[1500];
    byte[] tar = tar().file("disk.qemu", disk).file("other", DISK).ended();
    for (int length = 0; length < tar.length; length++) {
      byte[] cut = Arrays.copyOf(tar, length);
      Failures.expect(ErrorCode.INTEGRITY, () -> unpack(cut));
    }
  }

  /** E5, E7. */
  @Test
  void refusesEveryTruncationOfACompressedLayer() {
    byte[] tar = tar().file("disk.qemu", Arrays.copyOf(DISK, 300)).ended();
    for (byte[] layer : new byte[][] {TestImages.gzip(tar), Zstd.compress(tar), bzip2(tar)}) {
      for (int length = 0; length < layer.length; length++) {
        byte[] cut = Arrays.copyOf(layer, length);
        Failures.expect(ErrorCode.INTEGRITY, () -> unpack(cut, tar, ROOMY));
      }
    }
  }

  /** E5. */
  @Test
  void refusesAHeaderWithABadChecksum() {
    byte[] tar = plain();
    tar[3]++;
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(tar));
    byte[] second = tar().file("disk.qemu", DISK).file("x", DISK).ended();
    second[512 + 3072 + 1]++;
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(second));
  }

  /** E5. */
  @Test
  void refusesMissingEndBlocksEvenOfADiskThatEndsInZeros() {
    byte[] zeros = tar().file("disk.qemu", new byte[8192]).unended();
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(zeros));
    byte[] half = tar().file("disk.qemu", new byte[8192]).bytes(new byte[512]).unended();
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(half));
  }

  /** E5. */
  @Test
  void refusesBytesAfterTheEndBlocks() {
    byte[] hidden = tar().file("b.qemu", DISK).ended();
    byte[][] tails = {{1}, hidden, join(new byte[1024], hidden), new byte[511], new byte[1]};
    for (byte[] tail : tails) {
      byte[] tar = join(plain(), tail);
      Failures.expect(ErrorCode.INTEGRITY, () -> unpack(tar));
    }
    // Zeros after it hide nothing: the whole archive was looked at all the same.
    byte[] covered = join(plain(), hidden, new byte[20480]);
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(covered));
  }

  /** E7. */
  @Test
  void refusesDamagedGzip() {
    byte[] tar = plain();
    byte[] layer = TestImages.gzip(tar);
    byte[] crc = layer.clone();
    crc[layer.length - 8]++;
    byte[] size = layer.clone();
    size[layer.length - 1]++;
    byte[] junk = join(layer, new byte[] {'j', 'u', 'n', 'k'});
    byte[] zeros = join(layer, new byte[512]);
    byte[] half = join(layer, Arrays.copyOf(layer, 20));
    byte[] lone = join(layer, new byte[] {0x1f});
    for (byte[] bad : new byte[][] {crc, size, junk, zeros, half, lone, new byte[0]}) {
      Failures.expect(ErrorCode.INTEGRITY, () -> unpack(bad, tar, ROOMY));
    }
  }

  /** E7. */
  @Test
  void refusesJunkAfterAnyCompression() {
    byte[] tar = plain();
    for (byte[] layer : new byte[][] {Zstd.compress(tar), bzip2(tar)}) {
      byte[] junk = join(layer, "junk, and more of it".getBytes(StandardCharsets.US_ASCII));
      Failures.expect(ErrorCode.INTEGRITY, () -> unpack(junk, tar, ROOMY));
    }
  }

  @Test
  void refusesAWrongDiffId() {
    byte[] other = tar().file("disk.qemu", new byte[3000]).ended();
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(plain(), other, ROOMY));
    Failures.expect(
        ErrorCode.UNSUPPORTED,
        () ->
            LayerUnpacker.unpack(
                new ByteArrayInputStream(plain()),
                Digest.parse("blake3:abc"),
                ROOMY,
                (buffer, offset, length) -> {}));
  }

  /** E10. */
  @Test
  void stopsAtTheCap() throws IOException {
    byte[] tar = plain();
    assertArrayEquals(DISK, unpack(tar, tar, tar.length));
    FlintException e = Failures.expect(ErrorCode.POLICY, () -> unpack(tar, tar, tar.length - 1));
    assertTrue(e.remedy().contains("--max-size"));
    long[] got = {0};
    byte[] bomb = TestImages.gzip(tar().file("disk.qemu", new byte[16 << 20]).ended());
    Failures.expect(
        ErrorCode.POLICY,
        () ->
            LayerUnpacker.unpack(
                new ByteArrayInputStream(bomb),
                Digest.sha256(bomb),
                1 << 20,
                (buffer, offset, length) -> got[0] += length));
    assertTrue(got[0] <= 1 << 20, "no byte over the cap: " + got[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"No space left on device"})
  void tellsAFullDiskFromADamagedLayer(String reason) {
    IOException full = new IOException(reason);
    byte[] tar = plain();
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                LayerUnpacker.unpack(
                    new ByteArrayInputStream(tar),
                    Digest.sha256(tar),
                    ROOMY,
                    (buffer, offset, length) -> {
                      throw full;
                    }));
    assertEquals(full, e);
  }

  /** The diff_id is right for the damaged bytes, so only the reader itself can complain. */
  @Test
  void damagedTarsGiveOrdinaryFailures() {
    Random random = new Random(5);
    byte[][] seeds = {
      plain(),
      tar().pax('x', "path", "a.qemu").file("b", Arrays.copyOf(DISK, 100)).ended(),
      tar().pax('g', "size", "100").file("b.raw", Arrays.copyOf(DISK, 100)).ended(),
      tar().entry('L', "x", "", new byte[] {'a', '.', 'r', 'a', 'w'}).file("b", DISK).ended(),
      tar()
          .pax('x', "GNU.sparse.major", "1", "GNU.sparse.minor", "0")
          .file("b.raw", join("1\n0\n9\n".getBytes(StandardCharsets.US_ASCII), DISK))
          .ended(),
      tar().entry('S', "b.raw", "", Arrays.copyOf(DISK, 700)).ended(),
    };
    for (int i = 0; i < 3_000; i++) {
      byte[] tar = seeds[i % seeds.length].clone();
      for (int d = 0; d <= random.nextInt(3); d++) {
        tar[random.nextInt(random.nextBoolean() ? 512 : tar.length)] =
            (byte) (random.nextBoolean() ? random.nextInt(256) : '0' + random.nextInt(10));
      }
      if (random.nextInt(4) > 0) {
        System.arraycopy(TarBytes.withChecksum(Arrays.copyOf(tar, 512)), 0, tar, 0, 512);
      }
      expectOrdinary(tar, tar, null);
    }
  }

  @Test
  void flippedBitsNeverGiveAnotherDisk() {
    Random random = new Random(6);
    byte[] tar = plain();
    byte[][] layers = {TestImages.gzip(tar), Zstd.compress(tar), bzip2(tar), tar};
    for (int i = 0; i < 3_000; i++) {
      byte[] layer = layers[i % layers.length].clone();
      for (int d = 0; d <= random.nextInt(3); d++) {
        layer[random.nextInt(random.nextBoolean() ? 40 : layer.length)] ^=
            (byte) (1 << random.nextInt(8));
      }
      expectOrdinary(layer, tar, DISK);
    }
  }

  private static void expectOrdinary(
      byte[] layer, byte[] tar, byte @org.jspecify.annotations.Nullable [] disk) {
    try {
      byte[] got = unpack(layer, tar, ROOMY);
      if (disk != null) {
        assertArrayEquals(disk, got);
      }
    } catch (FlintException e) {
      assertTrue(
          List.of(ErrorCode.INTEGRITY, ErrorCode.POLICY, ErrorCode.UNSUPPORTED).contains(e.code()),
          e::toString);
    } catch (IOException e) {
      throw new AssertionError("not a failure of Flint's", e);
    }
  }
}
