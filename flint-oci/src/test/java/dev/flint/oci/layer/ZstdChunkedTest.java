package dev.flint.oci.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.MediaType;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.Packing.Packed;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import dev.flint.testing.Peers;
import dev.flint.testing.StargzReader;
import dev.flint.testing.StargzReader.StoredFile;
import dev.flint.testing.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ZstdChunkedTest {
  @TempDir private Path folder;

  private static byte[] disk(int size) {
    byte[] disk = new byte[size];
    Random random = new Random(size);
    random.nextBytes(disk);
    for (int i = 0; i < size / 8192; i++) {
      int at = random.nextInt(size);
      Arrays.fill(disk, at, Math.min(size, at + random.nextInt(12_000)), (byte) (i % 2));
    }
    return disk;
  }

  private static byte[] sequentially(byte[] blob, Digest diffId) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerUnpacker.unpack(new ByteArrayInputStream(blob), diffId, 1L << 40, out::write);
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 4096, 65_537, 1_000_000, 3_000_001})
  void bothReadersGiveTheDiskBack(int size) throws IOException {
    byte[] disk = disk(size);
    for (Packing packing :
        List.of(Packing.zstd(), new Packing(Packing.CODECS.zstd(1), Packing.usual().sizes(), 1))) {
      Packed packed = packing.pack(disk, folder);
      SeekableLayer layer = packed.seekable().orElseThrow();
      assertEquals(Compression.ZSTD, layer.compression());
      assertEquals(Digest.sha256(disk), layer.table().diskDigest());
      Digest diffId = packed.layer().diffId();
      assertArrayEquals(disk, Packing.unpack(layer, packed.blob(), diffId, 3));
      assertArrayEquals(disk, sequentially(packed.blob(), diffId));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, 400_000})
  void theProgramZstdSeesATarOfTheDiskAlone(int size) throws IOException {
    Path zstd = Peers.require("zstd");
    byte[] disk = disk(size);
    Packed packed = Packing.zstd().pack(disk, folder);
    Path layer = Files.write(folder.resolve("layer.tar.zst"), packed.blob());
    Command.run(zstd, "-q", "-t", layer).ok();
    Command.run(zstd, "-q", "-d", layer).ok();
    byte[] tar = Files.readAllBytes(folder.resolve("layer.tar"));
    assertEquals(packed.layer().diffId(), Digest.sha256(tar));
    assertArrayEquals(TarBlocks.header("disk.qemu", size), Arrays.copyOf(tar, TarBlocks.BLOCK));
    assertEquals("disk.qemu\n", Command.run("tar", "-tf", folder.resolve("layer.tar")).ok().out());
    assertEquals(TarBlocks.BLOCK + size + TarBlocks.end(size).length, tar.length);
  }

  @Test
  void theLibraryOfStargzVerifiesEveryChunk() throws IOException {
    StargzReader reader = StargzReader.build(folder);
    byte[] disk = disk(2_000_000);
    Packed packed = Packing.zstd().pack(disk, folder);
    Path blob = Files.write(folder.resolve("layer"), packed.blob());
    int chunks = packed.seekable().orElseThrow().table().count();
    assertEquals(
        List.of(new StoredFile("disk.qemu", disk.length, Digest.sha256(disk), chunks)),
        reader.read(blob, Digest.sha256(json(packed)), "-zstd"));
  }

  private static String annotation(Packed packed, String key) {
    return packed.layer().tableAnnotations().getOrDefault(key, "none");
  }

  /** The table as the annotation of its position leads to it. */
  private static byte[] json(Packed packed) {
    String[] numbers = annotation(packed, FeatherKeys.ZSTD_TABLE_POSITION).split(":", -1);
    int offset = Integer.parseInt(numbers[0]);
    byte[] table = Arrays.copyOfRange(packed.blob(), offset, offset + Integer.parseInt(numbers[1]));
    assertEquals("1", numbers[3]);
    assertEquals(
        Digest.sha256(table).toString(), annotation(packed, FeatherKeys.ZSTD_TABLE_DIGEST));
    return Zstd.decompress(table, Integer.parseInt(numbers[2]));
  }

  @Test
  void theAnnotationsLeadToTheTableAndSoDoesTheFooter() throws IOException {
    Packed packed = Packing.zstd().pack(disk(300_000), folder);
    assertTrue(
        new String(json(packed), StandardCharsets.UTF_8)
            .startsWith(
                "{\"version\":1,\"entries\":[{\"name\":\"disk.qemu\",\"type\":\"reg\",\"size\":300000,"));
    assertEquals(
        Map.of(
            "io.github.containers.zstd-chunked.manifest-checksum",
            annotation(packed, FeatherKeys.ZSTD_TABLE_DIGEST),
            "io.github.containers.zstd-chunked.manifest-position",
            annotation(packed, FeatherKeys.ZSTD_TABLE_POSITION)),
        packed.layer().tableAnnotations());
    byte[] blob = packed.blob();
    ByteBuffer footer =
        ByteBuffer.wrap(blob, blob.length - 48, 48).slice().order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0x184d2a50, footer.getInt());
    assertEquals(40, footer.getInt());
    assertEquals(
        annotation(packed, FeatherKeys.ZSTD_TABLE_POSITION),
        "%d:%d:%d:%d"
            .formatted(footer.getLong(), footer.getLong(), footer.getLong(), footer.getLong()));
    assertEquals("476e556c496e5578", HexFormat.of().formatHex(blob, blob.length - 8, blob.length));
  }

  @Test
  void threadsAndTimeChangeNothing() throws IOException {
    byte[] disk = disk(2_000_000);
    Packing zstd = Packing.zstd();
    assertArrayEquals(
        zstd.pack(disk, folder).blob(),
        new Packing(zstd.codec(), zstd.sizes(), 5).pack(disk, folder).blob());
  }

  @Test
  void withoutAnAnnotationItIsALayerLikeAny() throws IOException {
    Packed packed = Packing.zstd().pack(disk(100_000), folder);
    Descriptor plain =
        Descriptor.of(MediaType.OCI_LAYER_ZSTD, packed.descriptor().digest(), packed.blob().length);
    assertTrue(SeekableLayer.isAnnounced(packed.descriptor()));
    assertFalse(SeekableLayer.isAnnounced(plain));
    assertEquals(Optional.empty(), SeekableLayer.find(plain, Packing.range(packed.blob())));
  }

  @Test
  void aTableThatIsNotTheOneNamedDoesNotCount() throws IOException {
    Packed packed = Packing.zstd().pack(disk(100_000), folder);
    Descriptor other =
        packed
            .descriptor()
            .withAnnotations(
                Map.of(FeatherKeys.ZSTD_TABLE_DIGEST, Digest.sha256(new byte[0]).toString()));
    assertEquals(Optional.empty(), SeekableLayer.find(other, Packing.range(packed.blob())));
    Descriptor asStargz =
        packed
            .descriptor()
            .withAnnotations(
                Map.of(FeatherKeys.TABLE_DIGEST, Digest.sha256(json(packed)).toString()));
    assertEquals(Optional.empty(), SeekableLayer.find(asStargz, Packing.range(packed.blob())));
  }

  /** A layer whose table is some JSON, named by its digest. */
  private static Optional<SeekableLayer> forged(Packed packed, String json, long unpacked)
      throws IOException {
    ChunkTable table = packed.seekable().orElseThrow().table();
    byte[] content = Zstd.compress(json.getBytes(StandardCharsets.UTF_8), 3);
    ZstdFooter footer =
        new ZstdFooter(table.end() + ZstdFooter.FRAME_HEAD, content.length, unpacked);
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.write(packed.blob(), 0, (int) table.end());
    blob.write(ZstdFooter.frameHead(content.length));
    blob.write(content);
    blob.write(footer.bytes());
    Descriptor descriptor =
        Descriptor.of(MediaType.OCI_LAYER_ZSTD, Digest.sha256(blob.toByteArray()), blob.size())
            .withAnnotations(
                Map.of(FeatherKeys.ZSTD_TABLE_DIGEST, Digest.sha256(content).toString()));
    return SeekableLayer.find(descriptor, Packing.range(blob.toByteArray()));
  }

  @Test
  void aNamedTableThatContradictsItselfIsRefused() throws IOException {
    Packed packed = Packing.zstd().pack(disk(100_000), folder);
    String json = new String(json(packed), StandardCharsets.UTF_8);
    assertTrue(forged(packed, json, json.length()).isPresent(), "the forger works");
    Failures.expect(
        ErrorCode.INTEGRITY,
        () -> forged(packed, json.replace("\"size\":100000", "\"size\":100001"), json.length()));
    Failures.expect(ErrorCode.PROTOCOL, () -> forged(packed, "[]", 2));
    Failures.expect(ErrorCode.PROTOCOL, () -> forged(packed, json, json.length() - 1));
  }

  @Test
  void aTableOfTooManyBytesIsNotEvenRead() throws IOException {
    Packed packed = Packing.zstd().pack(disk(100_000), folder);
    String bomb = "{\"version\":1," + " ".repeat(1 << 20) + "\"entries\":[]}";
    assertEquals(Optional.empty(), forged(packed, bomb, TableFile.MAX_JSON + 1));
  }

  @Test
  void noCutAndNoFlippedBitGivesAnotherDisk() throws IOException {
    byte[] disk = disk(200_000);
    Packed packed = Packing.zstd().pack(disk, folder);
    Digest diffId = packed.layer().diffId();
    Random random = new Random(4);
    int refused = 0;
    for (int round = 0; round < 200; round++) {
      byte[] damaged = packed.blob().clone();
      if (round % 3 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      } else {
        int span = round % 3 == 1 ? damaged.length : 3000;
        damaged[damaged.length - 1 - random.nextInt(span)] ^= (byte) (1 << random.nextInt(8));
      }
      refused += isRefused(packed.descriptor(), damaged, disk, diffId) ? 1 : 0;
    }
    // A frame to be skipped may hold anything; only the digest of the blob tells.
    assertTrue(refused > 120, "only " + refused + " refused");
  }

  private static boolean isRefused(Descriptor descriptor, byte[] blob, byte[] disk, Digest diffId) {
    try {
      Optional<SeekableLayer> layer = SeekableLayer.find(descriptor, Packing.range(blob));
      assertArrayEquals(
          disk,
          layer.isPresent()
              ? Packing.unpack(layer.get(), blob, diffId, 2)
              : sequentially(blob, diffId));
      return false;
    } catch (FlintException e) {
      return true;
    } catch (IOException | IndexOutOfBoundsException e) {
      // The range ends before its length says; a real source tells so.
      return blob.length < descriptor.size();
    }
  }

  @Test
  void aLayerMayBeginWithAFrameToBeSkipped() throws IOException {
    byte[] tar = new TarBytes().file("disk.raw", new byte[] {1, 2, 3}).ended();
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.write(ZstdFooter.frameHead(5));
    blob.write(new byte[5]);
    blob.write(Zstd.compress(tar));
    assertArrayEquals(new byte[] {1, 2, 3}, sequentially(blob.toByteArray(), Digest.sha256(tar)));
  }

  @Test
  void framesToBeSkippedHaveALimit() {
    byte[] frame = new byte[1 << 20];
    byte[] head = ZstdFooter.frameHead(frame.length - ZstdFooter.FRAME_HEAD);
    System.arraycopy(head, 0, frame, 0, head.length);
    InputStream in =
        new SequenceInputStream(
            Collections.enumeration(
                Collections.nCopies(100, frame).stream().map(ByteArrayInputStream::new).toList()));
    Failures.expect(
        ErrorCode.POLICY,
        () -> LayerUnpacker.unpack(in, Digest.sha256(frame), 1L << 40, (b, o, n) -> {}));
  }

  @Test
  void uncompressedIsATarOfTheDiskAlone() throws IOException {
    byte[] disk = disk(100_001);
    Packed packed = new Packing(Packing.CODECS.plain(), Packing.SMALL, 2).pack(disk, folder);
    assertEquals(MediaType.OCI_LAYER_TAR, packed.descriptor().mediaType());
    assertEquals(Digest.sha256(packed.blob()), packed.layer().diffId());
    assertEquals(Map.of(), packed.layer().tableAnnotations());
    assertEquals("none", packed.layer().encoder());
    assertArrayEquals(disk, sequentially(packed.blob(), packed.layer().diffId()));
    Path tar = Files.write(folder.resolve("layer.tar"), packed.blob());
    assertEquals("disk.qemu\n", Command.run("tar", "-tf", tar).ok().out());
    assertThrows(
        IntegrityException.class,
        () -> sequentially(Arrays.copyOf(packed.blob(), 50_000), packed.layer().diffId()));
  }
}
