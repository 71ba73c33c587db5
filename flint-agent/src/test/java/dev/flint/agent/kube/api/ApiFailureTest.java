package dev.flint.agent.kube.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApiFailureTest {
  @ParameterizedTest
  @CsvSource({
    "400, -1, false",
    "401, -1, true",
    "403, -1, false",
    "404, -1, false",
    "409, -1, false",
    "422, -1, false",
    "429, -1, true",
    "500, -1, false",
    "500, 0, false",
    "500, 7, true",
    "502, -1, true",
    "503, -1, true",
    "504, -1, true",
    "507, -1, false"
  })
  void whatIsOfTheServerIsAboutAll(int status, long retryAfter, boolean all) {
    assertEquals(
        all,
        ApiFailure.isAboutAll(ApiFailure.of("GET /x", status, JsonObject.empty(), retryAfter)));
  }

  @Test
  void aServerThatIsNotThereIsAboutAllAndAnAnswerWithoutSenseIsNot() {
    assertTrue(ApiFailure.isAboutAll(new FlintException(ErrorCode.NETWORK, "lost")));
    assertFalse(ApiFailure.isAboutAll(new FlintException(ErrorCode.PROTOCOL, "odd")));
  }
}
