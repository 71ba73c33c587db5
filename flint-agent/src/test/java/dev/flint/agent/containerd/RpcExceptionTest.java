package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RpcExceptionTest {
  private static final int UNKNOWN = 2;

  /** Containerd's own words, as it said them while a killed agent's start was still under way. */
  @ParameterizedTest
  @CsvSource({
    "true, 'failed to create shim: mkdir /s/t/x: file exists'",
    "false, 'exec: \"runc\": executable file not found in $PATH'",
    "false, 'runc create failed: exec: \"/bin/file exists\": stat /bin/file exists: no such file'",
    "false, 'open /bundle/config.json: no such file or directory'",
  })
  void tellsWhatAnotherStartIsInTheWayOf(boolean ofAnother, String text) {
    assertEquals(ofAnother, new RpcException("Tasks/Create", UNKNOWN, text).isOfAnother());
  }
}
