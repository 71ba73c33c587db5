package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkTest {
  private static final Mark MARK = Mark.of("-pidfile", "/r/ö.pid");

  /** What a stream has given, of what never ends. */
  private long given;

  private static InputStream shown(String arguments) {
    byte[] bytes = arguments.replace('|', '\0').getBytes(StandardCharsets.UTF_8);
    return new ByteArrayInputStream(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 'qemu|-pidfile|/r/ö.pid|'",
    "true, '-pidfile|/r/ö.pid|-accel|tcg|'",
    "true, 'qemu|-pidfile|-pidfile|/r/ö.pid|'",
    "false, ''",
    "false, 'cat|/r/ö.pid|'",
    "false, 'sh|-c|qemu -pidfile /r/ö.pid|'",
    "false, 'qemu|-pidfile|/r/ö.pid.other|'",
    "false, 'qemu|-pidfile|/other/r/ö.pid|'",
    "false, 'qemu|--pidfile|/r/ö.pid|'",
    "false, 'qemu|-pidfile||/r/ö.pid|'",
  })
  void isWholeArgumentsInTheirOrder(boolean in, String arguments) throws IOException {
    assertEquals(in, MARK.isIn(shown(arguments)));
  }

  @Test
  void isFoundWhereverPiecesEnd() throws IOException {
    for (int before = 4070; before < 4100; before++) {
      assertTrue(MARK.isIn(shown("x".repeat(before) + "|-pidfile|/r/ö.pid|")), before + " before");
    }
  }

  @Test
  void whoShowsTooMuchIsAnother() throws IOException {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            given += length;
            return length;
          }
        };
    assertFalse(MARK.isIn(endless));
    assertTrue(given <= 5 << 20, given + " bytes");
  }
}
