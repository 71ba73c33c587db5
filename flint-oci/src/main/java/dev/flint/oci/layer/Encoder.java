package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.Chunk;
import dev.flint.oci.codec.ChunkCoder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/** Makes units of chunks; for one thread. */
final class Encoder implements AutoCloseable {
  private final ChunkCoder coder;
  private final UnitCache cache;
  private final MessageDigest hasher = Digest.sha256Hasher();
  private Optional<Unit> zeros = Optional.empty();
  private byte[] room = new byte[0];

  Encoder(ChunkCoder coder, UnitCache cache) {
    this.coder = coder;
    this.cache = cache;
  }

  Unit encode(Chunk chunk) {
    if (!chunk.isZeros()) {
      return encode(chunk.bytes(), chunk.length());
    }
    // Hashing gigabytes of zeros would take most of the time that a sparse disk does.
    Unit unit =
        zeros
            .filter(last -> last.length() == chunk.length())
            .orElseGet(() -> encode(chunk.bytes(), chunk.length()));
    zeros = Optional.of(unit);
    return unit;
  }

  private Unit encode(byte[] bytes, int length) {
    hasher.update(bytes, 0, length);
    byte[] hash = hasher.digest();
    return cache
        .find(hash)
        .orElseGet(
            () -> {
              Unit unit = new Unit(pack(bytes, length), hash, length);
              cache.keep(unit);
              return unit;
            });
  }

  byte[] pack(byte[] bytes, int length) {
    int bound = coder.bound(length);
    if (room.length < bound) {
      room = new byte[bound];
    }
    return Arrays.copyOf(room, coder.encode(bytes, 0, length, room));
  }

  @Override
  public void close() {
    coder.close();
  }
}
