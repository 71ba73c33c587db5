package dev.flint.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"chunks | false", "chunks,start | false", "chunks,push | true", "update | true"})
  void wantsARegistryOnlyForTransfers(String jobs, boolean transfers) {
    assertEquals(transfers, Settings.parse(List.of("--jobs", jobs)).wantsTransfers());
  }

  @Test
  void wantsAllJobsUnlessTold() {
    Settings settings = Settings.parse(List.of());
    assertTrue(settings.wants(Settings.CHUNKS));
    assertTrue(settings.wantsTransfers());
  }

  @Test
  void refusesAJobThatIsNone() {
    assertThrows(IllegalArgumentException.class, () -> Settings.parse(List.of("--jobs", "chunk")));
  }
}
