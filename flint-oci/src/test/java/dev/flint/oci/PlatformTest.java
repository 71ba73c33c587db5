package dev.flint.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64, true",
    "linux/amd64, linux/amd64/v1, true",
    "linux/amd64, linux/amd64/v3, false",
    "linux/amd64/v1, linux/amd64, true",
    "linux/amd64/v3, linux/amd64, false",
    "linux/amd64/v3, linux/amd64/v3, true",
    "linux/arm64, linux/arm64/v8, true",
    "linux/arm64/v8, linux/arm64, true",
    "linux/arm64, linux/arm64/v9, false",
    "linux/arm, linux/arm/v7, true",
    "linux/arm64, linux/amd64, false",
    "linux/amd64, osv/amd64, false",
    "linux/amd64, unknown/unknown, false",
    "linux/riscv64, linux/riscv64, true",
  })
  void acceptsWhatRunsThere(String wanted, String offered, boolean accepted) {
    assertEquals(accepted, Platform.parse(wanted).accepts(Platform.parse(offered)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "linux", "linux/", "/amd64", "linux/amd64/", "a/b/c/d", "linux/am d64"})
  void refuses(String text) {
    assertThrows(IllegalArgumentException.class, () -> Platform.parse(text));
  }

  @Test
  void readsAsItIsWritten() {
    for (String text : new String[] {"linux/amd64", "linux/arm64/v8"}) {
      assertEquals(text, Platform.parse(text).toString());
    }
  }

  @Test
  void theHostRunsLinux() {
    assertTrue(Platform.host().toString().startsWith("linux/"));
  }
}
