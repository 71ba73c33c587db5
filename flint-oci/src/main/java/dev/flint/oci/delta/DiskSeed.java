package dev.flint.oci.delta;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.chunk.Chunk;
import dev.flint.oci.chunk.ChunkReader;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.codec.ChunkCoder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Optional;

/** A disk file, such as one that was unpacked before. It is cut as layers are. */
public final class DiskSeed implements Seed {
  private final FileChannel disk;

  /** Reads from a channel that stays the caller's. */
  public DiskSeed(FileChannel disk) {
    this.disk = disk;
  }

  @Override
  public void offer(Offers offers) throws IOException {
    ChunkSizes sizes = ChunkSizes.USUAL;
    ChunkReader reader = new ChunkReader(disk, at -> 0, sizes, new BufferPool(1, sizes.max()));
    MessageDigest hasher = Digest.sha256Hasher();
    long place = 0;
    boolean wanted = true;
    for (Optional<Chunk> next = reader.next(); wanted && next.isPresent(); next = reader.next()) {
      Chunk chunk = next.get().sharedBy(1);
      hasher.update(chunk.bytes(), 0, chunk.length());
      wanted = offers.take(hasher.digest(), place);
      place += chunk.length();
      chunk.release();
    }
  }

  @Override
  public boolean read(long place, ChunkCoder coder, byte[] out, int length) throws IOException {
    return FileBytes.read(disk, place, out, length);
  }
}
