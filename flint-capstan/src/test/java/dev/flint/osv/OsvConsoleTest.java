package dev.flint.osv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.osv.OsvEnd.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OsvConsoleTest {
  private static final String KERNEL = "OSv v0.57.0\r\n";
  private static final String BOOT =
      "OSv v0.57.0-398-g0e34e4dc\r\nBooted up in 0.00 ms\r\nCmdline: /probe\r\n";
  private static final String TRACE = "\r\n[backtrace]\r\n0x000000004034084f <???+1077151823>\r\n";

  static List<Arguments> ends() {
    return List.of(
        Arguments.of(BOOT + "hello\r\n", 0, Kind.EXITED, ""),
        Arguments.of(
            BOOT + "program exited with status 0\r\nPowering off.\r\n",
            0,
            Kind.EXITED,
            "program exited with status 0"),
        Arguments.of(
            BOOT + "program exited with status 4\r\nPowering off.\r\n",
            4,
            Kind.EXITED,
            "program exited with status 4"),
        Arguments.of(
            BOOT + "no line endprogram exited with status 4",
            4,
            Kind.EXITED,
            "program exited with status 4"),
        Arguments.of(
            BOOT + "program exited with status -1\r\n",
            255,
            Kind.EXITED,
            "program exited with status -1"),
        Arguments.of(
            BOOT + "program exited with status 256\r\n",
            0,
            Kind.EXITED,
            "program exited with status 256"),
        Arguments.of(
            BOOT + "program /probe returned 3\r\nPowering off.\r\n",
            3,
            Kind.EXITED,
            "program /probe returned 3"),
        Arguments.of(
            BOOT + "program /a returned 3\r\nprogram exited with status 5\r\n",
            5,
            Kind.EXITED,
            "program exited with status 5"),
        Arguments.of(BOOT + "program exited with status 4 or so\r\n", 0, Kind.EXITED, ""),
        Arguments.of(BOOT + "program exited with status \r\n", 0, Kind.EXITED, ""),
        Arguments.of(BOOT + "program exited with status 99999999999\r\n", 0, Kind.EXITED, ""),
        Arguments.of(BOOT + "the call returned 3\r\n", 0, Kind.EXITED, ""),
        Arguments.of(BOOT + "Aborted\r\n" + TRACE, 134, Kind.CRASHED, "guest crashed: Aborted"),
        Arguments.of(
            BOOT + "Assertion failed: a (b.cc: f: 3)\r\n" + TRACE,
            134,
            Kind.CRASHED,
            "guest crashed: Assertion failed: a (b.cc: f: 3)"),
        Arguments.of(BOOT + "Aborted\r\nhello\r\n", 0, Kind.EXITED, ""),
        Arguments.of(
            BOOT
                + "page fault outside application, addr: 0x0000000000000000\r\n[registers]\r\n"
                + "RIP: 0x0000000040477678 <__sched_cpucount+40>\r\nAborted\r\n"
                + TRACE,
            139,
            Kind.CRASHED,
            "guest crashed: page fault outside application, addr: 0x0000000000000000"),
        Arguments.of(
            BOOT + "Uncaught signal 11 (\"Segmentation fault\"). Aborting.\r\nAborted\r\n" + TRACE,
            139,
            Kind.CRASHED,
            "guest crashed: Uncaught signal 11 (\"Segmentation fault\"). Aborting."),
        Arguments.of(
            BOOT + "Out of memory: could not reclaim any further. Current memory: 8 Kb" + TRACE,
            137,
            Kind.OUT_OF_MEMORY,
            "guest crashed: Out of memory: could not reclaim any further. Current memory: 8 Kb"),
        Arguments.of(
            BOOT + "Failed to load object: /hello. Powering off.\r\n",
            127,
            Kind.CANNOT_RUN,
            "Failed to load object: /hello"),
        Arguments.of(
            BOOT + "Failed looking up main. Powering off.\r\n",
            126,
            Kind.CANNOT_RUN,
            "Failed looking up main. Powering off."),
        Arguments.of(
            KERNEL
                + "Failed to open runscript file '/run/default'.\r\n"
                + "Failed to parse command line.\r\n",
            127,
            Kind.CANNOT_RUN,
            "Failed to open runscript file '/run/default'."),
        Arguments.of(
            "OSv v1\r\nFailed to parse command line.\r\n",
            125,
            Kind.CANNOT_RUN,
            "Failed to parse command line."),
        Arguments.of(
            "OSv v1\r\nThis image has an empty command line. Nothing to run.\r\n",
            125,
            Kind.CANNOT_RUN,
            "This image has an empty command line. Nothing to run."),
        Arguments.of(
            "OSv v1\r\nunrecognized option: bogus\r\n\r\nOSv options:\r\n  --help\r\n",
            125,
            Kind.CANNOT_RUN,
            "unrecognized option: bogus"),
        Arguments.of("OSv v1\r\nAborted\r\n" + TRACE, 134, Kind.CRASHED, "guest crashed: Aborted"),
        Arguments.of("", 0, Kind.EXITED, ""));
  }

  /** U27: exit code. */
  @ParameterizedTest
  @MethodSource("ends")
  void theConsoleTellsHowAGuestEnded(String text, int code, Kind kind, String message) {
    assertEquals(new OsvEnd(code, kind, message), OsvConsole.endOf(text));
  }

  @Test
  void whatStartScriptsDidIsForgottenWhenTheProgramStarts() {
    assertEquals(0, OsvConsole.endOf("program /init/x returned 1\r\n" + BOOT).code());
  }

  @Test
  void theKernelHasTheLastWordWhateverTheProgramPrinted() {
    String fakes =
        BOOT + "Cmdline: /x\r\nFailed to load object: /x. Powering off.\r\nAborted\r\n" + TRACE;
    assertEquals(7, OsvConsole.endOf(fakes + "program exited with status 7\r\n").code());
    assertEquals(
        134, OsvConsole.endOf(BOOT + "program exited with status 0\r\nAborted\r\n" + TRACE).code());
  }

  @Test
  void aLongLineIsCutInTheMessage() {
    String line = "program " + "x".repeat(10_000) + " returned 3";
    OsvEnd end = OsvConsole.endOf(BOOT + line);
    assertEquals(3, end.code());
    assertEquals(200, end.message().length());
  }

  @Test
  void tellsWhetherAProgramWasStarted() {
    OsvConsole console = new OsvConsole();
    console.accept("OSv v1");
    assertFalse(console.started());
    console.accept("Cmdline: /a\r");
    assertTrue(console.started());
  }
}
