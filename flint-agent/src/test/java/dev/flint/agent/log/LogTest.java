package dev.flint.agent.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTest {
  @TempDir private Path root;
  private InstanceFolder folder;

  @BeforeEach
  void makeFolders() throws IOException {
    folder = new InstanceFolder(new InstanceId("web"), root, root);
    Files.createDirectories(folder.logs());
  }

  private void write(Path raw, String text) throws IOException {
    Files.writeString(
        raw, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private List<String> texts(LogQuery query) throws IOException {
    List<String> texts = new ArrayList<>();
    new LogReader(folder).read(query, line -> texts.add(line.stream() + " " + line.plainText()));
    return texts;
  }

  private static LogQuery tail(int lines) {
    return new LogQuery(false, lines, Instant.MIN);
  }

  @Test
  void keepsLinesOfBothStreams() throws IOException {
    LogPump pump = new LogPump(folder, 0, "Setting: ");
    write(folder.rawOut(), "one\r\ntwo\nhal");
    write(folder.rawErr(), "oh\n");
    assertTrue(pump.pump());
    assertFalse(pump.pump());
    assertEquals(List.of("stdout one", "stdout two", "stderr oh"), texts(LogQuery.ALL));
    write(folder.rawOut(), "f\nlast words");
    pump.finish();
    assertEquals(
        List.of("stdout one", "stdout two", "stderr oh", "stdout half", "stdout last words"),
        texts(LogQuery.ALL));
    assertFalse(Files.exists(folder.rawOut()));
  }

  @Test
  void writesTheFormOfCri() throws IOException {
    LogPump pump = new LogPump(folder, 0, "Setting: ");
    write(folder.rawOut(), "a b\n" + "x".repeat(RawTail.MAX_LINE + 1) + "\n");
    pump.finish();
    List<String> lines = Files.readAllLines(folder.logs().resolve("0.log"));
    assertTrue(
        lines.get(0).matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z stdout F a b"), lines.get(0));
    assertTrue(lines.get(1).contains(" stdout P xxx"));
    assertTrue(lines.get(2).endsWith(" stdout F x"));
    assertEquals(3, lines.size());
  }

  @Test
  void leavesOutValuesThatTheConsoleTells() throws IOException {
    LogPump pump = new LogPump(folder, 0, "Setting: ");
    write(folder.rawOut(), "Setting: TOKEN=secret=x\r\nSetting: none\nits Setting: A=b\nSett\n");
    pump.finish();
    assertEquals(
        List.of(
            "stdout Setting: TOKEN",
            "stdout Setting: none",
            "stdout its Setting: A=b",
            "stdout Sett"),
        texts(LogQuery.ALL));
  }

  @Test
  void goesOnWhereAKilledAgentStopped() throws IOException {
    write(folder.rawOut(), "one\ntwo");
    new LogPump(folder, 0, "Setting: ").pump();
    write(folder.rawOut(), "!\nthree\n");
    LogPump next = new LogPump(folder, 0, "Setting: ");
    next.finish();
    assertEquals(List.of("stdout one", "stdout two!", "stdout three"), texts(LogQuery.ALL));
  }

  /** U32: logs. */
  @Test
  void givesTheLastLinesAndThoseOfThePreviousRun() throws IOException {
    for (int run = 0; run < 3; run++) {
      LogPump pump = new LogPump(folder, run, "Setting: ");
      write(folder.rawOut(), "run " + run + "\nend " + run + "\n");
      pump.finish();
    }
    assertEquals(List.of("stdout end 2"), texts(tail(1)));
    assertEquals(List.of(), texts(tail(0)));
    assertEquals(
        List.of("stdout run 1", "stdout end 1"), texts(new LogQuery(true, -1, Instant.MIN)));
    assertEquals(List.of(), texts(new LogQuery(false, -1, Instant.now().plusSeconds(60))));
    assertFalse(Files.exists(folder.logs().resolve("0.log")), "the run before is kept, no older");
  }

  @Test
  void knowsNoPreviousRunOfTheFirst() throws IOException {
    new LogPump(folder, 0, "Setting: ").finish();
    assertEquals(
        ErrorCode.NOT_FOUND,
        assertThrows(FlintException.class, () -> texts(new LogQuery(true, -1, Instant.MIN)))
            .code());
  }

  @Test
  void followsOverARestartAndARotation() throws IOException {
    LogPump first = new LogPump(folder, 0, "Setting: ");
    write(folder.rawOut(), "a\n");
    first.pump();
    Deque<LogReader.More> steps = new ArrayDeque<>();
    steps.add(
        () -> {
          write(folder.rawOut(), "b\n");
          first.pump();
          new LogFiles(folder.logs()).rotate(0);
          return true;
        });
    steps.add(
        () -> {
          LogPump rotated = new LogPump(folder, 0, "Setting: ");
          write(folder.rawOut(), "c\n");
          rotated.finish();
          return true;
        });
    steps.add(
        () -> {
          LogPump second = new LogPump(folder, 1, "Setting: ");
          write(folder.rawOut(), "d\n");
          second.finish();
          return false;
        });
    List<String> texts = new ArrayList<>();
    new LogReader(folder)
        .follow(LogQuery.ALL, line -> texts.add(line.text()), () -> steps.remove().awaitMore());
    assertEquals(List.of("a", "b", "c", "d"), texts);
  }

  @Test
  void keepsAFewFilesOfALongLog() throws IOException {
    CriLog log = new CriLog(new LogFiles(folder.logs()), 0);
    byte[] line = new byte[RawTail.MAX_LINE];
    Arrays.fill(line, (byte) 'x');
    int lines = (int) (CriLog.FILE_LIMIT / line.length) * (LogFiles.PARTS + 1);
    for (int i = 0; i < lines; i++) {
      log.write(Instant.EPOCH, "stdout", true, ByteBuffer.wrap(line));
    }
    log.flush();
    log.close();
    assertEquals(LogFiles.PARTS, new LogFiles(folder.logs()).of(0).size());
    for (Path part : new LogFiles(folder.logs()).of(0)) {
      assertTrue(Files.size(part) <= CriLog.FILE_LIMIT, part.toString());
    }
  }

  @Test
  void givesBackTheSpaceOfWhatWasRead() throws IOException {
    LogPump pump = new LogPump(folder, 0, "Setting: ");
    String chunk = "0123456789abcde\n".repeat(1 << 16);
    IntStream.range(0, 4).forEach(i -> append(chunk, pump));
    long blocks =
        Long.parseLong(Command.run("stat", "-c", "%b", folder.rawOut()).ok().out().strip());
    assertEquals(4L * chunk.length(), Files.size(folder.rawOut()));
    assertTrue(blocks * 512 < 2L * chunk.length(), blocks + " blocks");
    pump.close();
  }

  @Test
  void readsFromATimeOn() throws IOException {
    CriLog log = new CriLog(new LogFiles(folder.logs()), 0);
    Instant begin = Instant.parse("2026-01-02T03:04:05Z");
    for (int i = 0; i < 8; i++) {
      String text = Integer.toString(i);
      log.write(begin.plusMillis(500L * i), "stdout", true, ByteBuffer.wrap(text.getBytes(UTF_8)));
    }
    log.flush();
    log.close();
    for (int i = 0; i < 8; i++) {
      LogQuery query = new LogQuery(false, -1, begin.plusMillis(500L * i));
      assertEquals(8 - i, texts(query).size());
      assertEquals("stdout " + i, texts(query).get(0));
      assertEquals(List.of("stdout 7"), texts(new LogQuery(false, 1, begin.plusMillis(500L * i))));
    }
    assertEquals(0, texts(new LogQuery(false, -1, begin.plusSeconds(60))).size());
  }

  /** Nobody but who could do worse writes into a log; still, it is read to its end. */
  @Test
  void passesOverWhatIsNoLine() throws IOException {
    Path file = new LogFiles(folder.logs()).current(0);
    String line = "2026-01-02T03:04:05Z stdout F one\n";
    String parts = line.replace(" F one", " P o") + line.replace(" F one", " F ne ");
    write(file, "\n" + line + "none\na b c\n" + "x y z ".repeat(100_000) + "\n" + parts + "a b F");
    assertEquals(List.of("stdout one", "stdout o", "stdout ne "), texts(LogQuery.ALL));
    assertEquals(List.of("stdout o", "stdout ne "), texts(tail(1)));
    List<String> end = new ArrayList<>();
    new LogReader(folder).readEnd(line.length() + parts.length(), read -> end.add(read.text()));
    assertEquals(List.of("o", "ne "), end);
  }

  private static String text(RunOutput output) throws IOException {
    StringBuilder text = new StringBuilder();
    RunOutput.Sink sink =
        (error, bytes, n) ->
            text.append(error ? "!" : "").append(new String(bytes, 0, n, StandardCharsets.UTF_8));
    while (output.copy(sink)) {
      // Turn by turn.
    }
    return text.toString();
  }

  @Test
  void showsWhatIsWrittenFromNowOnAsItIs() throws IOException {
    LogPump pump = new LogPump(folder, 0, "");
    write(folder.rawOut(), "before");
    try (RunOutput output = pump.follow().orElseThrow()) {
      assertEquals("", text(output));
      write(folder.rawOut(), "a");
      write(folder.rawErr(), "e\n");
      assertEquals("a!e\n", text(output));
      assertFalse(output.isOver());
      write(folder.rawOut(), "b");
      pump.finish();
      assertTrue(output.isOver());
      assertEquals("b", text(output));
    }
    assertEquals(Optional.empty(), pump.follow());
  }

  @Test
  void showsNoMoreAtOnceThanItsShare() throws IOException {
    try (LogPump pump = new LogPump(folder, 0, "");
        RunOutput output = pump.follow().orElseThrow()) {
      write(folder.rawOut(), "x".repeat(5 << 20));
      long[] length = new long[1];
      boolean more = output.copy((error, bytes, n) -> length[0] += n);
      assertTrue(more && length[0] > 0 && length[0] < 5 << 20, length[0] + " bytes");
      assertEquals((5 << 20) - length[0], text(output).length());
    }
  }

  @Test
  void showsNothingAsItIsWhereValuesAreLeftOut() throws IOException {
    try (LogPump pump = new LogPump(folder, 0, "Setting: ")) {
      assertEquals(Optional.empty(), pump.follow());
    }
  }

  @Test
  void keepsWhatAFollowerHasNotTakenUpToALimit() throws IOException {
    LogPump pump = new LogPump(folder, 0, "");
    String chunk = "0123456789abcde\n".repeat(1 << 16);
    try (RunOutput output = pump.follow().orElseThrow();
        RunOutput late = pump.follow().orElseThrow()) {
      IntStream.range(0, 4).forEach(i -> append(chunk, pump));
      assertEquals(chunk.repeat(4), text(output));
      IntStream.range(0, 62).forEach(i -> append(chunk, pump));
      assertEquals(chunk.repeat(62), text(output));
      assertThrows(IOException.class, () -> text(late));
    }
    append(chunk, pump);
    long blocks =
        Long.parseLong(Command.run("stat", "-c", "%b", folder.rawOut()).ok().out().strip());
    assertTrue(blocks * 512 < 2L * chunk.length(), blocks + " blocks");
    pump.close();
  }

  private void append(String chunk, LogPump pump) {
    try {
      write(folder.rawOut(), chunk);
      pump.pump();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\u001b[31mred\u001b[0m',red",
    "'\u001b]0;title\u0007text',text",
    "'\u001b]8;;http://x\u001b\\link',link",
    "'a\u001b7b','ab'",
    "'bell\u0007',bell",
    "'tab\there','tab\there'",
    "'cut\u001b[3',cut",
    "'\u009b31mc1','31mc1'",
  })
  void leavesOutWhatATerminalObeys(String text, String plain) {
    assertEquals(plain, new LogLine("t", "stdout", true, text).plainText());
  }
}
