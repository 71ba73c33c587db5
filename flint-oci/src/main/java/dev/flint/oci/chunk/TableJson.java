package dev.flint.oci.chunk;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonRecords;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A table of contents as JSON: the TOC of the eStargz format (stargz-snapshotter, docs/estargz.md)
 * for a tar that holds one file.
 */
public final class TableJson {
  private static final String WHAT = "the layer's table of contents";
  private static final String ENTRIES = "entries";
  private static final String FILE = "reg";
  private static final String PIECE = "chunk";
  private static final int MODE = 0644;

  private TableJson() {}

  /** Writes a table; equal tables give equal bytes. The stream stays open. */
  public static void write(ChunkTable table, OutputStream out) throws IOException {
    JsonRecords.write(
        out,
        ENTRIES,
        writer -> {
          for (int i = 0; i < table.count(); i++) {
            writer.begin();
            writeEntry(table, i, writer);
            writer.end();
          }
        });
  }

  private static void writeEntry(ChunkTable table, int index, JsonRecords.Writer writer)
      throws IOException {
    writer.put("name", table.name());
    writer.put("type", index == 0 ? FILE : PIECE);
    if (index == 0) {
      writer.put("size", table.diskSize());
      writer.put("modtime", "1970-01-01T00:00:00Z");
      writer.put("mode", MODE);
      writer.put("digest", table.diskDigest().toString());
    } else {
      writer.put("chunkOffset", table.diskOffset(index));
    }
    writer.put("offset", table.blobOffset(index));
    writer.put("chunkSize", table.length(index));
    writer.put("chunkDigest", table.digest(index).toString());
  }

  /**
   * Reads a table.
   *
   * @param in of bounded length
   * @param end where the chunks end in the blob
   * @return empty if it is the table of something else than one file in chunks that Flint takes
   * @throws FlintException PROTOCOL if it is malformed, INTEGRITY if it contradicts itself
   */
  public static Optional<ChunkTable> read(InputStream in, long end) throws IOException {
    Reader reader = new Reader(end);
    JsonRecords.read(in, ENTRIES, WHAT, reader::accept);
    return reader.finish();
  }

  /** The entries as they come. Once one is of another kind, the rest is only parsed. */
  private static final class Reader {
    private final long end;
    private Optional<ChunkTable.Builder> table = Optional.empty();
    private Optional<Digest> digest = Optional.empty();
    private long size;
    private boolean foreign;

    Reader(long end) {
      this.end = end;
    }

    void accept(JsonObject entry) throws FlintException {
      String type = entry.requiredString("type");
      boolean first = table.isEmpty();
      // The format leaves out a size of 0: an empty file is no disk.
      foreign |= !type.equals(first ? FILE : PIECE) || (first && !entry.has("size"));
      // Chunks that share a unit have places within it; they cannot be had one by one.
      foreign |= entry.integer("innerOffset").orElse(0) != 0;
      if (foreign) {
        return;
      }
      if (first) {
        size = number(entry, "size");
        digest = Optional.of(digest(entry, "digest"));
        table = Optional.of(new ChunkTable.Builder(entry.requiredString("name")));
      }
      addChunk(entry, table.get());
    }

    private void addChunk(JsonObject entry, ChunkTable.Builder builder) throws FlintException {
      long diskOffset = entry.integer("chunkOffset").orElse(0);
      long blobOffset = number(entry, "offset");
      long rest = size - builder.diskSize();
      long length = entry.integer("chunkSize").orElse(0);
      length = length == 0 ? rest : length;
      if (diskOffset != builder.diskSize()
          || length < 0
          || length > rest
          || blobOffset <= builder.lastBlobOffset()
          || blobOffset >= end) {
        throw new IntegrityException(
            WHAT + " is wrong: the chunk at offset " + diskOffset + " of the disk is out of place");
      }
      if (length == 0 || length > ChunkTable.MAX_CHUNK || builder.isFull()) {
        foreign = true;
        return;
      }
      byte[] hash = HexFormat.of().parseHex(digest(entry, "chunkDigest").encoded());
      builder.add((int) length, hash, blobOffset);
    }

    Optional<ChunkTable> finish() throws FlintException {
      if (foreign || table.isEmpty() || digest.isEmpty()) {
        return Optional.empty();
      }
      if (table.get().diskSize() != size) {
        throw new IntegrityException(
            WHAT + " is wrong: its chunks have " + table.get().diskSize() + " bytes of " + size);
      }
      return Optional.of(table.get().build(digest.get(), end));
    }

    private static long number(JsonObject entry, String member) throws FlintException {
      long value = entry.integer(member).orElseThrow(() -> entry.missing(member));
      if (value < 0) {
        throw entry.wrong(member, "a size");
      }
      return value;
    }

    private static Digest digest(JsonObject entry, String member) throws FlintException {
      Digest digest;
      try {
        digest = Digest.parse(entry.requiredString(member));
      } catch (IllegalArgumentException e) {
        throw entry.wrong(member, "a digest");
      }
      if (!digest.algorithm().equals("sha256")) {
        throw entry.wrong(member, "a SHA-256");
      }
      return digest;
    }
  }
}
