package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:80", "localhost:80", "[::1]:80", "127.1.2.3:80"})
  void takesLoopback(String text) throws Exception {
    assertEquals(80, ListenAddress.loopback(text).getPort());
  }

  /** U36: kubelet API. */
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0:80, POLICY",
    "[::]:80, POLICY",
    "192.168.1.1:80, POLICY",
    "[::ffff:10.0.0.1]:80, POLICY",
    "node1:80, USAGE",
    "127.0.0.1, USAGE",
    "127.0.0.1:, USAGE",
    "127.0.0.1:65536, USAGE",
    "127.0.0.1:+1, USAGE",
    "127.1:80, USAGE",
    "999.0.0.1:80, USAGE",
    ":80, USAGE",
    "::1:80, USAGE",
  })
  void refusesAllElse(String text, ErrorCode code) {
    assertEquals(
        code, assertThrows(FlintException.class, () -> ListenAddress.loopback(text)).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:10250", "[::]:10250", "192.168.1.1:10250", "127.0.0.1:10250"})
  void takesAnyAddressWhereOnlyTheKnownAreAnswered(String text) throws Exception {
    assertEquals(10250, ListenAddress.anywhere(text).getPort());
  }
}
