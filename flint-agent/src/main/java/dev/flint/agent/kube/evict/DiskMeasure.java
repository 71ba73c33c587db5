package dev.flint.agent.kube.evict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Says how much of the disk folders take, in bytes. */
interface DiskMeasure {
  /** More than there can be: of what cannot be counted. */
  long ENDLESS = Long.MAX_VALUE;

  /** By folder; what is not there need not be named. */
  Map<Path, Long> of(List<Path> folders) throws IOException;

  /** Of several, by what was measured; endless if one is, or if together they are. */
  static long sum(Map<Path, Long> measured, List<Path> folders) {
    long sum = 0;
    for (Path folder : folders) {
      sum = sum(sum, measured.getOrDefault(folder, 0L));
    }
    return sum;
  }

  /** Of two that are not negative. */
  static long sum(long one, long other) {
    return one > ENDLESS - other ? ENDLESS : one + other;
  }
}
