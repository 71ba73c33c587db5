package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.chunk.TableJson;
import dev.flint.oci.error.FlintException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The table of contents as the last file of the layer's tar, and the footer that leads to it
 * (eStargz: stargz-snapshotter, docs/estargz.md).
 */
final class TableFile {
  private static final String NAME = "stargz.index.json";

  /** More than a table of the most chunks takes. */
  private static final long MAX_JSON = 384L << 20;

  private TableFile() {}

  /** Ends a layer with its table; returns the digest of the JSON. */
  static Digest append(ChunkTable table, UnitStream out) throws IOException {
    // Once to know its length and digest, once to write it: it may be too large to keep.
    Counter counter = new Counter();
    DigestOutputStream hashed = new DigestOutputStream(counter, Digest.sha256Hasher());
    TableJson.write(table, hashed);
    out.write(TarBlocks.header(NAME, counter.count));
    TableJson.write(table, out);
    out.write(TarBlocks.end(counter.count));
    out.writeOutside(StargzFooter.of(table.end()));
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
    TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
    TarArchiveEntry entry = tar.getNextEntry();
    if (entry == null
        || !entry.isFile()
        || !entry.getName().equals(NAME)
        || entry.getSize() > MAX_JSON) {
      return Optional.empty();
    }
    DigestInputStream json = new DigestInputStream(tar, digest.hasher());
    Optional<ChunkTable> table = Optional.empty();
    Optional<FlintException> refusal = Optional.empty();
    try {
      table = TableJson.read(new KeptOpen(json), offset);
    } catch (FlintException e) {
      refusal = Optional.of(e);
    }
    json.transferTo(OutputStream.nullOutputStream());
    boolean named = digest.finish(json.getMessageDigest().digest()).equals(digest);
    if (!named || tar.getNextEntry() != null) {
      // Another tool may have made the layer anew and kept the annotation. It can still be read
      // from front to back.
      return Optional.empty();
    }
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return table;
  }

  /** A JSON parser may close what it reads, but there is more to hash behind a mistake. */
  private static final class KeptOpen extends FilterInputStream {
    KeptOpen(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }

  private static final class Counter extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
