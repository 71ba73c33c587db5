package dev.flint.agent.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log is where its beginning or what it is made of is not as usual. */
class LogPumpTest {
  private static final String TELLING = "Setting: ";
  private static final long MIB = 1 << 20;

  @TempDir private Path root;
  private InstanceFolder folder;

  @BeforeEach
  void makeFolders() throws IOException {
    folder = new InstanceFolder(new InstanceId("web"), root, root);
    Files.createDirectories(folder.logs());
  }

  private void write(String text) throws IOException {
    Files.writeString(
        folder.rawOut(), text, ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Whole lines. */
  private List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    new LogReader(folder)
        .read(
            LogQuery.ALL,
            part -> {
              // Of holes there are very many.
              line.append(part.text().replace("\0", ""));
              if (part.full()) {
                texts.add(line.toString());
                line.setLength(0);
              }
            });
    if (line.length() > 0) {
      texts.add(line + "...");
    }
    return texts;
  }

  private static String secret(int length) {
    return "secret".repeat(length / 6);
  }

  /** As by who makes room, or moves logs away each night. */
  @Test
  void aLogFileThatWasTakenAwayIsBegunAnew() throws IOException {
    LogPump pump = new LogPump(folder, 0, "");
    write("one\n");
    pump.pump();
    Files.delete(folder.logs().resolve("0.log"));
    write("two\n");
    pump.pump();
    assertEquals(List.of("two"), texts());
    FolderTree.delete(folder.logs());
    write("three\n");
    pump.pump();
    assertEquals(List.of("three"), texts());
    FolderTree.delete(folder.logs());
    pump.finish();
    write("four\n");
    new LogPump(folder, 1, "").finish();
    assertEquals(List.of("four"), texts());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        RawTail.MAX_LINE / 2,
        RawTail.MAX_LINE,
        RawTail.MAX_LINE + 7,
        2 * RawTail.MAX_LINE,
        5 * RawTail.MAX_LINE + 11
      })
  void leavesOutALongValueToItsEnd(int length) throws IOException {
    LogPump pump = new LogPump(folder, 0, TELLING);
    write("before\nSetting: TOKEN=" + secret(length) + "=secret\nafter=1\n");
    pump.finish();
    assertEquals(List.of("before", "Setting: TOKEN", "after=1"), texts());
  }

  @Test
  void leavesOutALongValueThatComesBitByBit() throws IOException {
    LogPump pump = new LogPump(folder, 0, TELLING);
    write("Setting: TOKEN=" + secret(RawTail.MAX_LINE));
    pump.pump();
    for (int i = 0; i < 5; i++) {
      write(secret(RawTail.MAX_LINE / 2));
      pump.pump();
    }
    write("\nafter\nSetting: A=" + secret(RawTail.MAX_LINE + 100));
    pump.finish();
    assertEquals(List.of("Setting: TOKEN", "after", "Setting: A"), texts());
  }

  @Test
  void leavesOutALongValueInWhoseMiddleTheAgentWasKilled() throws IOException {
    write("Setting: TOKEN=" + secret(2 * RawTail.MAX_LINE));
    new LogPump(folder, 0, TELLING).pump();
    write(secret(RawTail.MAX_LINE));
    new LogPump(folder, 0, TELLING).pump();
    write("secret\nafter\n");
    new LogPump(folder, 0, TELLING).finish();
    assertEquals(List.of("Setting: TOKEN", "after"), texts());
  }

  @Test
  void goesOnWithALongLineInWhoseMiddleTheAgentWasKilled() throws IOException {
    String text = "0123456789".repeat(RawTail.MAX_LINE / 8);
    write(text);
    new LogPump(folder, 0, TELLING).pump();
    write(text + "\nSetting: A=secret\n");
    new LogPump(folder, 0, TELLING).finish();
    assertEquals(List.of(text + text, "Setting: A"), texts());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "12",
        "-1 0 NONE NONE",
        "x y z z",
        "\u00ff\u00fe",
        "0 0 WHAT NONE",
        "1 2 3 4 5",
        "999999999999 0 NONE NONE",
        "99999999999999999999 0 NONE NONE",
        "4 0"
      })
  void doesWithoutAPositionThatIsNone(String position) throws IOException {
    LogPump first = new LogPump(folder, 0, "");
    write("one\ntwo\n");
    first.pump();
    Files.writeString(folder.logs().resolve("position"), position, ISO_8859_1);
    LogPump next = new LogPump(folder, 0, "");
    write("three\n");
    next.pump();
    write("four\n");
    next.finish();
    assertEquals(
        List.of(
            "one",
            "two",
            "[flint: how far this log had come is not known; lines may be missing here or come"
                + " twice]",
            "one",
            "two",
            "three",
            "four"),
        texts());
  }

  @Test
  void beginsAnewWithWhatIsNotThereYet() throws IOException {
    Files.writeString(folder.logs().resolve("position"), "4 0 SHOWN NONE");
    LogPump pump = new LogPump(folder, 1, "");
    write("one\ntwo\n");
    pump.finish();
    assertEquals(List.of("one", "two"), texts());
  }

  @Test
  void repeatsLittleOfALongLogWhosePositionIsLost() throws IOException {
    write("Setting: TOKEN=" + secret(300 * 1024) + "\n");
    String line = "0123456789abcde\n";
    write(line.repeat(1 << 15));
    Files.writeString(folder.logs().resolve("position"), "");
    LogPump pump = new LogPump(folder, 0, TELLING);
    pump.finish();
    List<String> texts = texts();
    assertTrue(texts.get(0).startsWith("[flint: how far"), texts.get(0));
    assertEquals((256 << 10) / line.length(), texts.size() - 1);
    assertEquals(line.strip(), texts.get(1));
  }

  @Test
  void leavesOutAValueIfNobodyKnowsWhereItBegan() throws IOException {
    write("Setting: TOKEN=" + secret(300 * 1024) + "\nafter\n");
    Files.writeString(folder.logs().resolve("position"), "");
    new LogPump(folder, 0, TELLING).finish();
    List<String> texts = texts();
    assertEquals(List.of("", "after"), texts.subList(1, texts.size()));
  }

  @Test
  void beginsANewLineAfterOneThatWasTorn() throws IOException {
    Files.writeString(
        new LogFiles(folder.logs()).current(0),
        "2026-01-02T03:04:05Z stdout F one\n2026-01-02T03:04:05Z stdout F tw");
    write("two\nthree\n");
    new LogPump(folder, 0, "").finish();
    assertEquals(List.of("one", "tw", "two", "three"), texts());
  }

  @Test
  void addsNoLineToALogThatIsWhole() throws IOException {
    for (String text : List.of("one", "two")) {
      CriLog log = new CriLog(new LogFiles(folder.logs()), 0);
      log.write(Instant.EPOCH, "stdout", true, ByteBuffer.wrap(text.getBytes(UTF_8)));
      log.flush();
      log.close();
    }
    assertEquals(2, Files.readAllLines(new LogFiles(folder.logs()).current(0)).size());
  }

  @ParameterizedTest
  @CsvSource({"2,ä", "3,€", "4,😀"})
  void cutsALongLineBetweenCharacters(int length, String character) throws IOException {
    assertEquals(length, character.getBytes(UTF_8).length);
    for (int before = 0; before < length; before++) {
      LogPump pump = new LogPump(folder, before, "");
      String line = "x".repeat(before) + character.repeat(2 * RawTail.MAX_LINE / length);
      write(new String(line.getBytes(UTF_8), ISO_8859_1) + "\n");
      pump.pump();
      assertEquals(List.of(line), texts());
      pump.finish();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0xc3, 0xe2, 0xf0, 0xff})
  void copiesALongLineOfBytesThatAreNoCharacters(int octet) throws IOException {
    String text = String.valueOf((char) octet).repeat(2 * RawTail.MAX_LINE + 5);
    write(text);
    LogPump pump = new LogPump(folder, 0, "");
    pump.finish();
    String log = Files.readString(new LogFiles(folder.logs()).current(0), ISO_8859_1);
    assertEquals(text.length(), log.chars().filter(c -> c == octet).count());
    assertTrue(log.endsWith("\n"));
  }

  @Test
  void copiesNoMoreThanItsShareInATurn() throws IOException {
    String line = "x".repeat(1023) + "\n";
    write(line.repeat((int) (10 * MIB) / line.length()));
    Files.writeString(folder.rawErr(), "error\n");
    LogPump pump = new LogPump(folder, 0, "");
    assertTrue(pump.pump());
    List<String> some = texts();
    assertTrue(some.size() > 100 && some.size() < 5 * MIB / line.length(), some.size() + " lines");
    assertTrue(pump.isBehind());
    assertTrue(some.contains("error"), "the other stream has its turn too");
    while (pump.pump()) {
      // Turn by turn.
    }
    assertFalse(pump.isBehind());
    assertEquals(10 * MIB / line.length() + 1, texts().size());
    write(line.repeat((int) (10 * MIB) / line.length()));
    pump.finish();
    assertFalse(Files.exists(folder.rawOut()));
    assertEquals(20 * MIB / line.length() + 1, texts().size());
  }

  @Test
  void leavesOutWhatCameTooFast() throws IOException {
    long end = 100 * MIB;
    write("first\nlong li");
    LogPump pump = new LogPump(folder, 0, TELLING);
    pump.pump();
    write("x".repeat(RawTail.MAX_LINE));
    pump.pump();
    try (FileChannel raw = FileChannel.open(folder.rawOut(), StandardOpenOption.WRITE)) {
      // Holes make it quick.
      raw.write(ByteBuffer.wrap("Setting: A=secret\nkept\n".getBytes(UTF_8)), end - 32 * MIB - 14);
      raw.write(ByteBuffer.wrap("\nlast\n".getBytes(UTF_8)), end - 6);
    }
    pump.pump();
    long blocks =
        Long.parseLong(Command.run("stat", "-c", "%b", folder.rawOut()).ok().out().strip());
    assertTrue(blocks * 512 < 5 * MIB, blocks + " blocks");
    pump.finish();
    List<String> texts = texts();
    long left = end - 32 * MIB + 4 - 6 - RawTail.MAX_LINE;
    assertEquals(
        List.of(
            "first",
            "long li" + "x".repeat(RawTail.MAX_LINE - 7),
            "[flint: " + left + " bytes are left out here: more came than could be copied]",
            "kept"),
        texts.subList(0, 4));
    assertEquals("last", texts.get(texts.size() - 1));
    assertEquals(6, texts.size());
  }

  @Test
  void givesNothingBackBeforeItIsOnDiskHowFarItCame() throws IOException {
    write("0123456789abcde\n".repeat((int) (2 * MIB) / 16));
    Path other = Files.createDirectories(folder.logs().resolve("position.new"));
    LogPump pump = new LogPump(folder, 0, "");
    assertThrows(IOException.class, pump::pump);
    String raw = Files.readString(folder.rawOut());
    assertFalse(raw.contains("\0"), "the next agent would copy nothing but zeros");
    Files.delete(other);
    pump.pump();
    assertTrue(Files.exists(folder.logs().resolve("position")), "it is tried again");
    pump.close();
  }
}
