package dev.flint.oci.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a member of gzip, by any library. */
abstract class GzipContract extends ChunkCoderContract {
  abstract GzipEngine engine();

  static LibDeflate libdeflate() {
    Peers.requireLibrary("libdeflate.so.0");
    return LibDeflate.load().orElseThrow();
  }

  @Override
  Codec codec(int level) {
    return new GzipCodec(engine(), level);
  }

  @Override
  int maxLevel() {
    return engine().maxLevel();
  }

  @Test
  void startsWithAPlainHeader() {
    byte[] unit = Units.encode(coder, Samples.text(1000));
    assertArrayEquals(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0}, Arrays.copyOf(unit, 8));
    assertEquals((byte) 0xff, unit[9]);
  }

  @Test
  void isReadByTheJdk() throws IOException {
    for (byte[] chunk : Samples.all().toList()) {
      byte[] unit = Units.encode(coder, chunk);
      assertArrayEquals(chunk, new GZIPInputStream(new ByteArrayInputStream(unit)).readAllBytes());
    }
  }

  @Test
  void isReadByCommonsCompressOneAfterTheOther() throws IOException {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    ByteArrayOutputStream units = new ByteArrayOutputStream();
    for (byte[] chunk : Samples.all().toList()) {
      chunks.write(chunk);
      units.write(Units.encode(coder, chunk));
    }
    try (GzipCompressorInputStream in =
        GzipCompressorInputStream.builder()
            .setByteArray(units.toByteArray())
            .setDecompressConcatenated(true)
            .get()) {
      assertArrayEquals(chunks.toByteArray(), in.readAllBytes());
    }
  }

  @Test
  void isReadByGzip(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("units.gz");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int level = 1; level <= maxLevel(); level++) {
        for (byte[] chunk : Samples.some().toList()) {
          out.write(Units.encode(codec(level), chunk));
        }
      }
    }
    assertEquals(new Command.Result(0, "", ""), Command.run("gzip", "-t", file));
  }

  @Test
  void readsWhatTheOtherLibraryMakes() throws IOException {
    LibDeflate libdeflate = libdeflate();
    for (GzipEngine other : List.of(new JdkEngine(), libdeflate)) {
      for (int level = 1; level <= other.maxLevel(); level++) {
        for (byte[] chunk : Samples.some().toList()) {
          byte[] unit = Units.encode(new GzipCodec(other, level), chunk);
          assertArrayEquals(chunk, Units.decode(coder, unit, chunk.length));
        }
      }
    }
  }

  @Test
  void readsHeadersWithEveryField() throws IOException {
    byte[] chunk = Samples.text(500);
    for (int flags = 0; flags < 32; flags++) {
      byte[] unit = withHeader(flags, chunk, 300);
      assertArrayEquals(chunk, Units.decode(coder, unit, chunk.length), "flags " + flags);
      for (int length = 0; length < unit.length; length += 3) {
        refuses(Arrays.copyOf(unit, length), chunk.length);
      }
    }
  }

  @Test
  void readsTheLongestExtraField() throws IOException {
    byte[] chunk = Samples.text(500);
    byte[] unit = withHeader(4, chunk, 0xffff);
    assertArrayEquals(chunk, Units.decode(coder, unit, chunk.length));
  }

  @Test
  void refusesAnExtraFieldBeyondTheEnd() {
    byte[] chunk = Samples.text(500);
    byte[] unit = withHeader(4, chunk, 10);
    unit[10] = (byte) 0xff;
    unit[11] = (byte) 0xff;
    refuses(unit, chunk.length);
  }

  @Test
  void refusesANameWithoutEnd() {
    byte[] unit = new byte[50_000];
    Arrays.fill(unit, (byte) 'a');
    System.arraycopy(new byte[] {0x1f, (byte) 0x8b, 8, 8}, 0, unit, 0, 4);
    refuses(unit, 10);
  }

  @Test
  void refusesReservedFlagsAndOtherMethods() {
    for (int flag : new int[] {0x20, 0x40, 0x80}) {
      byte[] unit = Units.encode(coder, Samples.text(50));
      unit[3] = (byte) flag;
      refuses(unit, 50);
    }
    byte[] unit = Units.encode(coder, Samples.text(50));
    unit[2] = 7;
    refuses(unit, 50);
  }

  @Test
  void refusesAWrongTrailer() {
    byte[] unit = Units.encode(coder, Samples.text(50));
    for (int i = 1; i <= GzipHeader.TRAILER; i++) {
      byte[] bad = unit.clone();
      bad[unit.length - i] = (byte) ~bad[unit.length - i];
      refuses(bad, 50);
    }
    byte[] huge = unit.clone();
    Arrays.fill(huge, unit.length - 4, unit.length, (byte) 0xff);
    refuses(huge, 50);
    refuses(huge, 51);
  }

  @Test
  void stopsAtTheExpectedLengthOfABomb() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 64; i++) {
        out.write(Samples.zeros(1 << 20));
      }
    }
    refuses(bomb.toByteArray(), 1000);
    refuses(bomb.toByteArray(), 0);
  }

  @Test
  void readsEmptyBlocksWithoutEnd() throws IOException {
    // Stored blocks of no bytes: input that never gives anything, bounded by its own length.
    byte[] unit = Units.encode(coder, new byte[0]);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(unit, 0, GzipHeader.LENGTH);
    for (int i = 0; i < 10_000; i++) {
      many.write(new byte[] {0, 0, 0, (byte) 0xff, (byte) 0xff});
    }
    many.write(unit, GzipHeader.LENGTH, unit.length - GzipHeader.LENGTH);
    assertEquals(0, Units.decode(coder, many.toByteArray(), 0).length);
  }

  @Test
  void isNamedByLibraryLevelAndPrint() {
    assertTrue(
        codec.encoder().matches("gzip; " + engine().id() + "; level=5; print=[0-9a-f]{16}"),
        codec::encoder);
    List<String> prints = new ArrayList<>();
    for (int level = 1; level <= maxLevel(); level++) {
      prints.add(codec(level).encoder().replaceAll(".*=", ""));
    }
    assertEquals(maxLevel(), prints.stream().distinct().count(), prints::toString);
  }

  /** A member with the header fields that these flags (RFC 1952, 2.3.1) say. */
  private byte[] withHeader(int flags, byte[] chunk, int extra) {
    byte[] plain = Units.encode(coder, chunk);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(plain, 0, 3);
    out.write(flags);
    out.write(plain, 4, 6);
    if ((flags & 4) != 0) {
      out.write(extra & 0xff);
      out.write(extra >> 8);
      out.writeBytes(Samples.noise(extra));
    }
    if ((flags & 8) != 0) {
      out.writeBytes("disk.qemu\0".getBytes(StandardCharsets.ISO_8859_1));
    }
    if ((flags & 16) != 0) {
      out.writeBytes("a comment \u00e9\0".getBytes(StandardCharsets.ISO_8859_1));
    }
    if ((flags & 2) != 0) {
      CRC32 crc = new CRC32();
      crc.update(out.toByteArray());
      out.write((int) crc.getValue() & 0xff);
      out.write((int) crc.getValue() >> 8 & 0xff);
    }
    out.write(plain, GzipHeader.LENGTH, plain.length - GzipHeader.LENGTH);
    return out.toByteArray();
  }
}
