package dev.flint.oci.layer;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The units of the last chunks, so that equal ones are compressed once: zeros above all, which
 * sparse disks have gigabytes of. Bounded. Thread-safe.
 */
final class UnitCache {
  private static final int MAX_BYTES = 4 << 20;
  private static final int OVERHEAD = 256;

  private final Map<ByteBuffer, Unit> units = new LinkedHashMap<>(64, 0.75f, true);
  private int bytes;

  synchronized Optional<Unit> find(byte[] hash) {
    return Optional.ofNullable(units.get(ByteBuffer.wrap(hash)));
  }

  synchronized void keep(Unit unit) {
    if (units.put(ByteBuffer.wrap(unit.hash()), unit) == null) {
      bytes += unit.bytes().length + OVERHEAD;
    }
    while (bytes > MAX_BYTES) {
      Unit oldest = units.values().iterator().next();
      units.remove(ByteBuffer.wrap(oldest.hash()));
      bytes -= oldest.bytes().length + OVERHEAD;
    }
  }
}
