package dev.flint.bench.floor;

import dev.flint.oci.Digest;
import java.nio.file.Path;
import java.util.List;

/**
 * What the floor of a push made, for the floor of a pull.
 *
 * @param blob the units, one after the other
 * @param units where the disk's pieces are in it, in order
 * @param disk of the disk it was made from
 */
record PackedDisk(Path blob, List<Unit> units, Digest disk) {
  /**
   * One compressed piece.
   *
   * @param length of the unit, in bytes
   * @param content of the piece, in bytes
   */
  record Unit(int length, int content) {}
}
