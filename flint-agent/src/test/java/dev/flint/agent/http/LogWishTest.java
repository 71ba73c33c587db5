package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogWishTest {
  private static final Instant NOW = Instant.ofEpochSecond(1000);

  @ParameterizedTest
  @CsvSource({
    "tail, 3",
    "tailLines, ''",
    "tailLines, x",
    "tailLines, 9999999999999999999",
    "limitBytes, 0",
    "sinceSeconds, 0",
    "sinceTime, yesterday",
    "follow, yes",
  })
  void refuses(String name, String value) {
    FlintException e =
        assertThrows(FlintException.class, () -> LogWish.of(Map.of(name, value), NOW));
    assertEquals(ErrorCode.USAGE, e.code());
  }

  @Test
  void countsBackFromNow() throws Exception {
    assertEquals(
        Instant.ofEpochSecond(900), LogWish.of(Map.of("sinceSeconds", "100"), NOW).query().since());
    assertEquals(
        Instant.EPOCH, LogWish.of(Map.of("sinceSeconds", "99999999999"), NOW).query().since());
  }

  @Test
  void doesNotFollowWhatIsOver() throws Exception {
    assertFalse(LogWish.of(Map.of("follow", "", "previous", "1"), NOW).follow());
  }
}
