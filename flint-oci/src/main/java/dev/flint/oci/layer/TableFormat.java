package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a layer ends with the table of its chunks. */
interface TableFormat {
  /** All there are. */
  List<TableFormat> ALL = List.of(new Stargz(), new ZstdChunked());

  /** The one for a compression; empty if that goes without a table. */
  static Optional<TableFormat> of(Compression compression) {
    return ALL.stream().filter(format -> format.compression() == compression).findFirst();
  }

  /** Of the units. */
  Compression compression();

  /** The annotation of the layer that has the digest of the table. */
  String digestKey();

  /** The number of zeros that follow the disk as a unit of their own, before the table. */
  int zerosAfter(long diskSize);

  /**
   * Ends a layer whose disk and zeros are written.
   *
   * @return annotations of the layer that lead to the table
   */
  Map<String, String> append(ChunkTable table, UnitStream out) throws IOException;

  /**
   * Reads the table of a layer.
   *
   * @param blobSize the length of the layer, in bytes
   * @param digest what the manifest says the table has
   * @return empty if there is no table of this digest that Flint can use
   * @throws FlintException INTEGRITY or PROTOCOL if there is, but it contradicts itself
   * @throws IOException also if there is something else
   */
  Optional<ChunkTable> read(long blobSize, Digest digest, BlobRange blob) throws IOException;
}
