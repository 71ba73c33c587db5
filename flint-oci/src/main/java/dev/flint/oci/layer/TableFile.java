package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.chunk.TableJson;
import dev.flint.oci.store.FirstBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * The table of contents as the last file of the layer's tar, and the footer that leads to it
 * (eStargz: stargz-snapshotter, docs/estargz.md).
 */
final class TableFile {
  private static final String NAME = "stargz.index.json";

  /** More than a table of the most chunks takes. */
  static final long MAX_JSON = 384L << 20;

  /** Blocks of zeros that end an archive; two are needed, some tools fill up a tape's record. */
  private static final int MAX_END = 64 * 1024;

  private TableFile() {}

  /** Ends a layer with its table; returns the digest of the JSON. */
  static Digest append(ChunkTable table, UnitStream out) throws IOException {
    // Once to know its length and digest, once to write it: it may be too large to keep.
    ByteCounter counter = new ByteCounter();
    DigestOutputStream hashed = new DigestOutputStream(counter, Digest.sha256Hasher());
    TableJson.write(table, hashed);
    out.write(TarBlocks.header(NAME, counter.count()));
    TableJson.write(table, out);
    out.write(TarBlocks.end(counter.count()));
    out.outside().write(StargzFooter.of(table.end()));
    return Digest.of(hashed.getMessageDigest().digest());
  }

  /**
   * Reads the table of a layer.
   *
   * @param blobSize the length of the layer, in bytes
   * @param digest what the manifest says the JSON has
   * @return empty if there is no table of this digest that Flint can use
   */
  static Optional<ChunkTable> read(long blobSize, Digest digest, BlobRange blob)
      throws IOException {
    OptionalLong offset = offset(blobSize, blob);
    if (offset.isEmpty()) {
      return Optional.empty();
    }
    Optional<InputStream> range = blob.open(offset.getAsLong(), blobSize - offset.getAsLong());
    if (range.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = range.get()) {
      return parse(DecompressedLayer.of(in), digest, offset.getAsLong());
    }
  }

  private static OptionalLong offset(long blobSize, BlobRange blob) throws IOException {
    long at = blobSize - StargzFooter.LENGTH;
    Optional<InputStream> range = at < 0 ? Optional.empty() : blob.open(at, StargzFooter.LENGTH);
    if (range.isEmpty()) {
      return OptionalLong.empty();
    }
    try (InputStream in = range.get()) {
      OptionalLong offset = StargzFooter.tableOffset(in.readNBytes(StargzFooter.LENGTH));
      return offset.isPresent() && offset.getAsLong() < at ? offset : OptionalLong.empty();
    }
  }

  private static Optional<ChunkTable> parse(InputStream in, Digest digest, long offset)
      throws IOException {
    OptionalLong size = jsonSize(in.readNBytes(TarBlocks.BLOCK));
    if (size.isEmpty()) {
      return Optional.empty();
    }
    InputStream file = new FirstBytes(in, size.getAsLong());
    DigestInputStream json = new DigestInputStream(file, digest.hasher());
    return PinnedTable.read(json, json, digest, offset, () -> isEnd(in, size.getAsLong()));
  }

  /**
   * The length of the table by its header, if it is one. A tar reader would go through headers
   * without end to find it.
   */
  private static OptionalLong jsonSize(byte[] header) {
    if (header.length < TarBlocks.BLOCK) {
      return OptionalLong.empty();
    }
    try {
      TarArchiveEntry entry = new TarArchiveEntry(header);
      boolean plain =
          entry.getLinkFlag() == TarArchiveEntry.LF_NORMAL
              || entry.getLinkFlag() == TarArchiveEntry.LF_OLDNORM;
      return plain
              && entry.isCheckSumOK()
              && entry.getName().equals(NAME)
              && entry.getSize() >= 0
              && entry.getSize() <= MAX_JSON
          ? OptionalLong.of(entry.getSize())
          : OptionalLong.empty();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      // No header.
      return OptionalLong.empty();
    }
  }

  /** Whether nothing but the end of the archive follows, as who reads it all demands. */
  private static boolean isEnd(InputStream in, long size) throws IOException {
    byte[] end = in.readNBytes(MAX_END + 1);
    int padding = TarBlocks.padding(size);
    return end.length <= MAX_END
        && end.length >= padding + 2 * TarBlocks.BLOCK
        && (end.length - padding) % TarBlocks.BLOCK == 0
        && Arrays.equals(end, new byte[end.length]);
  }
}
