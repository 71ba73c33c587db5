package dev.flint.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Started;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgressLayoutTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
  private static final int MIB = 1 << 20;

  private static List<String> lines(int columns, String second, long size) {
    Work work = new Work();
    work.on(new Started(DIGEST, size), 0);
    work.on(new Started(second, -1), 0);
    for (int t = 100; t <= 4000; t += 100) {
      work.on(new Advanced(DIGEST, MIB / 10), t);
      work.on(new Advanced(second, MIB / 10), t);
    }
    return new ProgressLayout(work, 1000, new WindowSize(columns, 24), 4000).lines();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 20, 39, 40, 41, 60, 79, 80, 81, 120, 200, 1000})
  void fitsEveryWidth(int columns) {
    for (String name :
        List.of("disk", DIGEST, "\u30c7\u30a3\u30b9\u30af.img".repeat(9), "e\u0301.raw")) {
      for (String line : lines(columns, name, 1L << 50)) {
        assertTrue(Columns.of(line) < Math.max(2, columns), columns + ": " + line);
      }
    }
  }

  private static List<String> known(int columns) {
    Work work = new Work();
    work.on(new Started(DIGEST, 20 * MIB), 0);
    work.on(new Started("disk", 20 * MIB), 0);
    for (int t = 100; t <= 4000; t += 100) {
      work.on(new Advanced(DIGEST, MIB / 10), t);
      work.on(new Advanced("disk", MIB / 10), t);
    }
    return new ProgressLayout(work, 1000, new WindowSize(columns, 24), 4000).lines();
  }

  @Test
  void a40ColumnWindowGetsTheEssentials() {
    assertEquals(
        List.of(
            "01234567   19%    4.0 MiB    1.0 MiB/s",
            "disk       19%    4.0 MiB    1.0 MiB/s", "total      19%    2.0 MiB/s  16 s left"),
        known(40));
  }

  @Test
  void aNarrowerOneDoesWithoutTheRate() {
    assertEquals(
        List.of(
            "01234567   19%    4.0 MiB", "disk       19%    4.0 MiB", "total      19%  16 s left"),
        known(30));
  }

  @Test
  void an80ColumnWindowGetsABar() {
    List<String> lines = known(80);
    assertTrue(
        lines.get(0).matches("0123456789ab  \\[=*> *]   19%    4.0 MiB of  20.0 MiB    1.0 MiB/s"),
        lines.toString());
    assertTrue(
        lines
            .get(2)
            .matches(
                "total         \\[=*> *]   19%    8.0 MiB of  40.0 MiB    2.0 MiB/s  16 s left"),
        lines.toString());
  }

  @Test
  void anItemOfUnknownSizeHasNoPercentage() {
    List<String> lines = lines(80, "disk", 20 * MIB);
    assertTrue(lines.get(1).matches("disk +4\\.0 MiB +1\\.0 MiB/s"), lines.toString());
    assertTrue(lines.get(2).matches("total +8\\.0 MiB +2\\.0 MiB/s"), lines.toString());
  }
}
