package dev.flint.oci.delta;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkList;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.transfer.CountedBlob;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.Pause;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The disk of an image. Only the table of its layer is read. */
public final class LayerDisk implements ComparedDisk {
  private final Descriptor layer;
  private final ChunkTable table;
  private final Fetched ends;

  private LayerDisk(Descriptor layer, ChunkTable table, Fetched ends) {
    this.layer = layer;
    this.table = table;
    this.ends = ends;
  }

  /**
   * Reads the table of a layer.
   *
   * @throws FlintException UNSUPPORTED if it has none
   */
  public static LayerDisk read(ImageSource source, Descriptor layer) throws IOException {
    // Asked for as a pull asks for it, so what that costs is counted on the way.
    CountedBlob blob = new CountedBlob(source, layer);
    SeekableLayer found =
        DiskDelta.find(layer, blob, Pause.NONE)
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.UNSUPPORTED,
                        "layer " + layer.digest().abbreviated() + " has no table of its chunks",
                        "get its disk with flint unpack, and compare that"));
    return new LayerDisk(layer, found.table(), blob.fetched());
  }

  @Override
  public ChunkList chunks() {
    return table.chunks();
  }

  @Override
  public Optional<Digest> layer() {
    return Optional.of(layer.digest());
  }

  @Override
  public Download download(BitSet there) {
    List<Span> spans = Span.missing(table, there);
    long bytes = ends.fetchedBytes() + spans.stream().mapToLong(span -> span.length(table)).sum();
    // A small layer is fetched at once.
    boolean parts = bytes < layer.size();
    return new Download(
        parts ? bytes : layer.size(),
        OptionalInt.of(parts ? ends.requests() + spans.size() : 1),
        OptionalLong.of(layer.size()));
  }

  @Override
  public void close() {}
}
