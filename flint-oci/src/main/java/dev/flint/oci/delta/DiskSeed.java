package dev.flint.oci.delta;

import dev.flint.oci.codec.Decoders;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** A disk file, such as one that was unpacked before. It is cut as layers are. */
public final class DiskSeed implements Seed {
  private final FileChannel disk;

  /** Reads from a channel that stays the caller's. */
  public DiskSeed(FileChannel disk) {
    this.disk = disk;
  }

  @Override
  public void offer(Offers offers) throws IOException {
    try {
      DiskScan.run(disk, at -> 0, (hash, place, length) -> offers.take(hash, place));
    } catch (FlintException e) {
      // It got shorter meanwhile. What it offered may still be there.
    }
  }

  @Override
  public boolean read(long place, Decoders decoders, byte[] out, int length) throws IOException {
    return FileBytes.read(disk, place, out, length);
  }
}
