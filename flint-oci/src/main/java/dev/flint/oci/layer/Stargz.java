package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Compression;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The table as the last file of the tar (eStargz: stargz-snapshotter, docs/estargz.md). */
final class Stargz implements TableFormat {
  @Override
  public Compression compression() {
    return Compression.GZIP;
  }

  @Override
  public String digestKey() {
    return FeatherKeys.TABLE_DIGEST;
  }

  @Override
  public int zerosAfter(long diskSize) {
    return TarBlocks.padding(diskSize);
  }

  @Override
  public Map<String, String> append(ChunkTable table, UnitStream out) throws IOException {
    return Map.of(digestKey(), TableFile.append(table, out).toString());
  }

  @Override
  public Optional<ChunkTable> read(long blobSize, Digest digest, BlobRange blob)
      throws IOException {
    return TableFile.read(blobSize, digest, blob);
  }
}
