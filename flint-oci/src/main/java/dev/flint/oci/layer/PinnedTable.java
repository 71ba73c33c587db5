package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.chunk.TableJson;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.Optional;

/**
 * Reads a table that the manifest names by its digest. Another tool may have made the layer anew
 * and kept the annotation: a table that is not the one named does not count, not even its mistakes,
 * and the layer can still be read from front to back.
 */
final class PinnedTable {
  private PinnedTable() {}

  /** Looks at what follows a table. */
  @FunctionalInterface
  interface Rest {
    /** Whether it is as it must be. */
    boolean isGood() throws IOException;
  }

  /**
   * Reads a table.
   *
   * @param json of bounded length
   * @param hashed what {@code json} is made of, or it itself; read to its end
   * @param digest that {@code hashed} must have
   * @param end where the chunks end in the blob
   */
  static Optional<ChunkTable> read(
      InputStream json, DigestInputStream hashed, Digest digest, long end, Rest rest)
      throws IOException {
    Optional<ChunkTable> table = Optional.empty();
    Optional<FlintException> refusal = Optional.empty();
    try {
      table = TableJson.read(new KeptOpen(json), end);
    } catch (LostConnectionException e) {
      throw e;
    } catch (FlintException e) {
      refusal = Optional.of(e);
    }
    json.transferTo(OutputStream.nullOutputStream());
    hashed.transferTo(OutputStream.nullOutputStream());
    boolean named = digest.finish(hashed.getMessageDigest().digest()).equals(digest);
    if (!named || !rest.isGood()) {
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
}
