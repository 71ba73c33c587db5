package dev.flint.oci.layer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * A layer whose table of contents was found, verified against the manifest, and says that the tar
 * is one file in chunks and the table itself, each byte accounted for. Immutable.
 */
public final class SeekableLayer {
  private static final int MAX_HEAD = 4096;

  /** What compression can add to a chunk that cannot be compressed, generously. */
  private static final int MAX_OVERHEAD = 64 * 1024;

  private final Descriptor descriptor;
  private final ChunkTable table;
  private final TableFormat format;
  private final String encoder;

  private SeekableLayer(
      Descriptor descriptor, ChunkTable table, TableFormat format, String encoder) {
    this.descriptor = descriptor;
    this.table = table;
    this.format = format;
    this.encoder = encoder;
  }

  /** What the manifest says of the layer. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Where the chunks are. */
  public ChunkTable table() {
    return table;
  }

  /** Of the units. */
  public Compression compression() {
    return format.compression();
  }

  /** The number of zeros that follow the disk in the place of its last chunk, as another unit. */
  public int zerosAfterDisk() {
    return format.zerosAfter(table.diskSize());
  }

  /** What made the units, or empty if the manifest does not say. */
  public String encoder() {
    return encoder;
  }

  /**
   * Looks for the table of a layer.
   *
   * @param blob its bytes; only the ends are read
   * @return empty if there is none, if it is not the one the manifest names, or if it is of a kind
   *     that has to be read from front to back
   * @throws FlintException INTEGRITY or PROTOCOL if the manifest names this table, but it
   *     contradicts itself
   */
  public static Optional<SeekableLayer> find(Descriptor descriptor, BlobRange blob)
      throws IOException {
    Optional<SeekableLayer> found = Optional.empty();
    for (TableFormat format : TableFormat.ALL) {
      found = found.isPresent() ? found : find(descriptor, format, blob);
    }
    return found;
  }

  private static Optional<SeekableLayer> find(
      Descriptor descriptor, TableFormat format, BlobRange blob) throws IOException {
    Optional<Digest> digest = tableDigest(descriptor, format);
    if (digest.isEmpty()) {
      return Optional.empty();
    }
    String encoder = descriptor.annotation(FeatherKeys.LAYER_ENCODER).orElse("");
    try {
      Optional<ChunkTable> table = format.read(descriptor.size(), digest.get(), blob);
      return table.isPresent() && isSimple(table.get()) && headIs(table.get(), blob)
          ? Optional.of(new SeekableLayer(descriptor, table.get(), format, encoder))
          : Optional.empty();
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      // Neither compression nor tar there: this is not where a table is.
      return Optional.empty();
    }
  }

  /** Whether the manifest says that the layer has a table. */
  public static boolean isAnnounced(Descriptor descriptor) throws FlintException {
    boolean announced = false;
    for (TableFormat format : TableFormat.ALL) {
      announced |= tableDigest(descriptor, format).isPresent();
    }
    return announced;
  }

  private static Optional<Digest> tableDigest(Descriptor descriptor, TableFormat format)
      throws FlintException {
    try {
      return descriptor
          .annotation(format.digestKey())
          .map(Digest::parse)
          .filter(digest -> digest.algorithm().equals("sha256"));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isSimple(ChunkTable table) {
    boolean simple =
        table.name().matches("([a-z0-9]{1,32}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
            && FileRole.isAny(table.name())
            && table.blobOffset(0) <= MAX_HEAD;
    for (int i = 0; simple && i < table.count(); i++) {
      simple = table.blobEnd(i) - table.blobOffset(i) <= table.length(i) + MAX_OVERHEAD;
    }
    return simple;
  }

  /** The most bytes of the blob that the place of one chunk has. */
  public int maxPlace() {
    long max = 0;
    for (int i = 0; i < table.count(); i++) {
      max = Math.max(max, table.blobEnd(i) - table.blobOffset(i));
    }
    return (int) max;
  }

  /** Whether the blob begins with the one header that the table lets expect. */
  private static boolean headIs(ChunkTable table, BlobRange blob) throws IOException {
    byte[] expected = TarBlocks.header(table.name(), table.diskSize());
    Optional<InputStream> head = blob.open(0, table.blobOffset(0));
    if (head.isEmpty()) {
      return false;
    }
    try (InputStream in = head.get()) {
      return Arrays.equals(DecompressedLayer.of(in).readNBytes(expected.length + 1), expected);
    }
  }
}
