package dev.flint.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1075, 1.0 KiB",
    "1076, 1.1 KiB",
    "1048575, 1024.0 KiB",
    "6186598, 5.9 MiB",
    "1125899906842624, 1024.0 TiB",
    "9223372036854775807, 8388608.0 TiB",
  })
  void areInTheLargestUnitThatFits(long bytes, String text) {
    assertEquals(text, Sizes.of(bytes));
  }

  @Test
  void areRoundedAsTheJdkRounds() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      long bytes = 1024 + (random.nextLong() >>> (11 + random.nextInt(43)));
      int unit = Math.min(4, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
      String number = String.format(Locale.ROOT, "%.1f", bytes / Math.pow(1024, unit));
      assertEquals(number, Sizes.of(bytes).split(" ", 2)[0], () -> bytes + " bytes");
    }
  }
}
