package dev.flint.oci.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.layer.Packing.Packed;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LayerPackerTest {
  @TempDir private Path folder;

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private Packed pack(byte[] disk) throws IOException {
    return Packing.usual().pack(disk, folder);
  }

  private static byte[] tar(Packed packed) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.blob()))) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 4095, 131072, 131073, 1048577})
  void packsWhatTheUnpackerGivesBack(int size) throws IOException {
    for (byte[] disk : new byte[][] {random(size), new byte[size]}) {
      Packed packed = pack(disk);
      assertEquals(Compression.GZIP, packed.layer().compression());
      assertEquals(Digest.sha256(disk), packed.layer().diskDigest());
      assertEquals(Digest.sha256(tar(packed)), packed.layer().diffId());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      LayerUnpacker.unpack(
          new ByteArrayInputStream(packed.blob()),
          packed.layer().diffId(),
          Long.MAX_VALUE,
          out::write);
      assertArrayEquals(disk, out.toByteArray());
    }
  }

  /** The whole format is here; whoever changes it changes every diff_id. */
  @ParameterizedTest
  @ValueSource(ints = {1, 512, 513, 100_000})
  void theTarIsUstarByteForByte(int size) throws IOException {
    byte[] disk = random(size);
    String fields =
        text("disk.qemu", 100)
            + text("0000644 ", 8)
            + text("0000000 ", 8)
            + text("0000000 ", 8)
            + text(String.format("%011o ", size), 12)
            + text("00000000000 ", 12)
            + "%s"
            + "0"
            + text("", 100)
            + "ustar\00000"
            + text("", 32)
            + text("", 32)
            + text("0000000 ", 8)
            + text("0000000 ", 8)
            + text("", 155 + 12);
    int sum = fields.formatted("        ").chars().sum();
    byte[] header = fields.formatted(String.format("%06o\0 ", sum)).getBytes(ISO_8859_1);
    assertEquals(512, header.length);

    byte[] tar = tar(pack(disk));
    assertEquals(printable(header), printable(Arrays.copyOf(tar, 512)));
    int padded = (size + 511) / 512 * 512;
    assertArrayEquals(disk, Arrays.copyOfRange(tar, 512, 512 + size));
    assertArrayEquals(new byte[padded - size], Arrays.copyOfRange(tar, 512 + size, 512 + padded));
    String second = printable(Arrays.copyOfRange(tar, 512 + padded, 1024 + padded));
    assertTrue(second.startsWith("stargz.index.json.."), second);
    assertArrayEquals(new byte[1024], Arrays.copyOfRange(tar, tar.length - 1024, tar.length));
  }

  private static String text(String text, int length) {
    return text + "\0".repeat(length - text.length());
  }

  private static String printable(byte[] header) {
    return new String(header, ISO_8859_1).replace('\0', '.');
  }

  @Test
  void theGzipHeaderSaysNothingOfTimeAndPlace() throws IOException {
    assertEquals(
        "1f8b08000000000000ff",
        HexFormat.of().formatHex(Arrays.copyOf(pack(random(5000)).blob(), 10)));
  }

  @Test
  void twoRunsGiveEqualBytes() throws IOException {
    Packed first = pack(random(300_000));
    Files.setLastModifiedTime(
        folder.resolve("disk-of-any-name"), java.nio.file.attribute.FileTime.fromMillis(1));
    Packed second = pack(random(300_000));
    assertArrayEquals(first.blob(), second.blob());
    assertEquals(first.layer(), second.layer());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void theNumberOfThreadsChangesNothing(int threads) throws IOException {
    byte[] disk = random(3_000_000);
    Arrays.fill(disk, 100_000, 1_500_000, (byte) 0);
    Packing small = Packing.small();
    byte[] blob = new Packing(small.codec(), small.sizes(), threads).pack(disk, folder).blob();
    assertArrayEquals(small.pack(disk, folder).blob(), blob);
  }

  @Test
  void tellsTheBytesAsTheyAreRead() throws IOException {
    Path file = folder.resolve("metered");
    Files.write(file, random(1_000_000));
    long[] metered = {0};
    try (FileChannel channel = FileChannel.open(file)) {
      Packing.small()
          .packer()
          .pack(channel, at -> 0, "d.raw", OutputStream.nullOutputStream(), n -> metered[0] += n);
    }
    assertEquals(1_000_000, metered[0]);
  }

  @Test
  void tarAndGzipReadIt() throws IOException {
    byte[] disk = random(70_000);
    Path layer = folder.resolve("layer.tar.gz");
    Files.write(layer, pack(disk).blob());
    Command.run("gzip", "-t", layer).ok();
    String listing = Command.run("tar", "--full-time", "--utc", "-tvzf", layer).ok().out();
    assertTrue(
        squeeze(listing).startsWith("-rw-r--r-- 0/0 70000 1970-01-01 00:00:00 disk.qemu\n"),
        listing);
    assertTrue(listing.endsWith(" stargz.index.json\n"), listing);
    Command.run("tar", "-xzf", layer, "-C", folder).ok();
    assertArrayEquals(disk, Files.readAllBytes(folder.resolve("disk.qemu")));
  }

  private static String squeeze(String text) {
    return text.replaceAll(" +", " ");
  }

  private static final class Enough extends IOException {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @ValueSource(longs = {(8L << 30) - 1, 8L << 30, (1L << 40) + 5})
  void aSizeThatOctalCannotHoldIsBase256(long size) throws IOException {
    Path file = folder.resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            start.write(b);
            if (start.size() > 2000) {
              throw new Enough();
            }
          }
        };
    try (FileChannel channel = FileChannel.open(file)) {
      assertThrows(
          Enough.class,
          () -> Packing.usual().packer().pack(channel, at -> 0, "disk.raw", out, n -> {}));
    }
    byte[] header = new byte[512];
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(start.toByteArray()))) {
      assertEquals(512, in.readNBytes(header, 0, 512));
    }
    assertTrue(printable(header).startsWith("disk.raw."), printable(header));
    if (size < 8L << 30) {
      assertEquals("77777777777 ", new String(header, 124, 12, ISO_8859_1));
    } else {
      assertEquals((byte) 0x80, header[124]);
      assertEquals(size, ByteBuffer.wrap(header, 128, 8).getLong());
    }
    assertEquals('0', header[156], "no extra header goes before the disk");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void failsWhenTheDiskChangesItsLength(int change) throws IOException {
    Path file = folder.resolve("growing");
    Files.write(file, random(1 << 20));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Failures.expect(
          ErrorCode.LOCAL_IO,
          () ->
              Packing.usual()
                  .packer()
                  .pack(
                      channel,
                      at -> 0,
                      "disk.raw",
                      OutputStream.nullOutputStream(),
                      n -> {
                        try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
                          writer.setLength((1 << 20) + change);
                        } catch (IOException e) {
                          throw new java.io.UncheckedIOException(e);
                        }
                      }));
    }
  }
}
