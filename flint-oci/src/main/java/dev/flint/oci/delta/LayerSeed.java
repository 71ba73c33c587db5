package dev.flint.oci.delta;

import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.codec.Decoders;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.SeekableLayer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** The blob of another layer, with its table. */
public final class LayerSeed implements Seed {
  private final ChunkTable table;
  private final Compression compression;
  private final String encoder;
  private final FileChannel blob;

  /** Reads from a channel that stays the caller's. */
  public LayerSeed(SeekableLayer layer, FileChannel blob) {
    this.table = layer.table();
    this.compression = layer.compression();
    this.encoder = layer.encoder();
    this.blob = blob;
  }

  @Override
  public void offer(Offers offers) throws IOException {
    boolean wanted = true;
    for (int i = 0; wanted && i < table.count(); i++) {
      wanted = offers.take(table.hash(i), i);
    }
  }

  @Override
  public Optional<byte[]> unit(long place, String wanted) throws IOException {
    return encoder.equals(wanted) && !encoder.isEmpty() ? unit(place) : Optional.empty();
  }

  private Optional<byte[]> unit(long place) throws IOException {
    int index = (int) place;
    byte[] unit = new byte[(int) (table.blobEnd(index) - table.blobOffset(index))];
    return FileBytes.read(blob, table.blobOffset(index), unit, unit.length)
        ? Optional.of(unit)
        : Optional.empty();
  }

  @Override
  public boolean read(long place, Decoders decoders, byte[] out, int length) throws IOException {
    Optional<byte[]> unit = unit(place);
    try {
      if (unit.isPresent()) {
        decoders.of(compression).decode(unit.get(), 0, unit.get().length, out, length);
      }
      return unit.isPresent();
    } catch (IntegrityException e) {
      // A damaged store costs a download, not the pull.
      return false;
    }
  }
}
