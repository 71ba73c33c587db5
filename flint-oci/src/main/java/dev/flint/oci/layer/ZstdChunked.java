package dev.flint.oci.layer;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.chunk.TableJson;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.store.FirstBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The table behind the tar, in a frame that decompressors skip (zstd:chunked: containers/storage,
 * pkg/chunked).
 */
final class ZstdChunked implements TableFormat {
  private static final int LEVEL = 3;

  /** As 2 to the power of it: what RFC 8878 wants every decoder to have. */
  private static final int MAX_WINDOW = 23;

  @Override
  public Compression compression() {
    return Compression.ZSTD;
  }

  /** Not that of eStargz too: readers of the containers libraries refuse a layer with both. */
  @Override
  public String digestKey() {
    return FeatherKeys.ZSTD_TABLE_DIGEST;
  }

  @Override
  public int zerosAfter(long diskSize) {
    return TarBlocks.end(diskSize).length;
  }

  @Override
  public Map<String, String> append(ChunkTable table, UnitStream out) throws IOException {
    // Once to know its length and digest, once to write it: it may be too large to keep.
    ByteCounter packed = new ByteCounter();
    DigestOutputStream hashed = new DigestOutputStream(packed, Digest.sha256Hasher());
    ByteCounter unpacked = new ByteCounter();
    TableJson.write(table, unpacked);
    pack(table, hashed);
    ZstdFooter footer =
        new ZstdFooter(table.end() + ZstdFooter.FRAME_HEAD, packed.count(), unpacked.count());
    OutputStream outside = out.outside();
    outside.write(ZstdFooter.frameHead(packed.count()));
    pack(table, outside);
    outside.write(footer.bytes());
    return Map.of(
        digestKey(),
        Digest.of(hashed.getMessageDigest().digest()).toString(),
        FeatherKeys.ZSTD_TABLE_POSITION,
        "%d:%d:%d:%d"
            .formatted(footer.offset(), footer.packed(), footer.unpacked(), ZstdFooter.KIND));
  }

  private static void pack(ChunkTable table, OutputStream out) throws IOException {
    try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, LEVEL)) {
      TableJson.write(table, zstd.setChecksum(true));
    }
  }

  @Override
  public Optional<ChunkTable> read(long blobSize, Digest digest, BlobRange blob)
      throws IOException {
    Optional<ZstdFooter> footer = footer(blobSize, blob);
    if (footer.isEmpty() || footer.get().unpacked() > TableFile.MAX_JSON) {
      return Optional.empty();
    }
    long end = footer.get().offset() - ZstdFooter.FRAME_HEAD;
    Optional<InputStream> range = blob.open(end, blobSize - end);
    if (range.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = range.get()) {
      byte[] head = in.readNBytes(ZstdFooter.FRAME_HEAD);
      return Arrays.equals(head, ZstdFooter.frameHead(footer.get().packed()))
          ? parse(in, footer.get(), digest, end)
          : Optional.empty();
    }
  }

  private static Optional<ZstdFooter> footer(long blobSize, BlobRange blob) throws IOException {
    long at = blobSize - ZstdFooter.LENGTH;
    Optional<InputStream> range = at < 0 ? Optional.empty() : blob.open(at, ZstdFooter.LENGTH);
    if (range.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = range.get()) {
      return ZstdFooter.parse(in.readNBytes(ZstdFooter.LENGTH), blobSize);
    }
  }

  private static Optional<ChunkTable> parse(
      InputStream in, ZstdFooter footer, Digest digest, long end) throws IOException {
    DigestInputStream packed =
        new DigestInputStream(new FirstBytes(in, footer.packed()), digest.hasher());
    try (ZstdInputStreamNoFinalizer unpacked = new ZstdInputStreamNoFinalizer(packed)) {
      unpacked.setLongMax(MAX_WINDOW);
      InputStream json = new FirstBytes(unpacked, footer.unpacked());
      return PinnedTable.read(json, packed, digest, end, () -> true);
    }
  }
}
