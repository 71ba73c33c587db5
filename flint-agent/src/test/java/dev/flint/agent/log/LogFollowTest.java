package dev.flint.agent.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose files get other names, and go, while it is read. */
class LogFollowTest {
  @TempDir private Path root;
  private InstanceFolder folder;
  private LogFiles files;

  private final List<String> texts = new ArrayList<>();

  /** What happens as a line is read. */
  private final Map<String, LogReader.More> events = new TreeMap<>();

  @BeforeEach
  void makeFolders() throws IOException {
    folder = new InstanceFolder(new InstanceId("web"), root.resolve("web"), root);
    Files.createDirectories(folder.logs());
    files = new LogFiles(folder.logs());
  }

  /** Appends lines to what is the log's present file. */
  private boolean write(int run, String... lines) throws IOException {
    try (CriLog log = new CriLog(files, run)) {
      for (String line : lines) {
        log.write(Instant.EPOCH, "stdout", true, ByteBuffer.wrap(line.getBytes(UTF_8)));
      }
      log.flush();
    }
    return true;
  }

  private void accept(LogLine line) throws IOException {
    texts.add(line.text());
    LogReader.More event = events.remove(line.text());
    if (event != null) {
      event.awaitMore();
    }
  }

  /** Follows for as many looks as there are steps. */
  private void follow(LogReader.More... steps) throws IOException {
    Deque<LogReader.More> left = new ArrayDeque<>(List.of(steps));
    new LogReader(folder)
        .follow(LogQuery.ALL, this::accept, () -> left.remove().awaitMore() && !left.isEmpty());
  }

  private void removeAll() throws IOException {
    try (Stream<Path> all = Files.walk(folder.root())) {
      all.map(Path::toFile).sorted((a, b) -> b.compareTo(a)).forEach(File::delete);
    }
  }

  @Test
  void readsEachLineOnceThoughFilesAreRenamedBetween() throws IOException {
    for (String line : List.of("a", "b", "c")) {
      write(0, line);
      files.rotate(0);
    }
    write(0, "d");
    events.put(
        "a",
        () -> {
          files.rotate(0);
          return write(0, "e");
        });
    follow(() -> true, () -> true);
    assertEquals(List.of("a", "b", "c", "d", "e"), texts);
  }

  @Test
  void readsEachLineOnceThoughFilesAreRenamedBetweenLooks() throws IOException {
    write(0, "a");
    follow(
        () -> {
          write(0, "b");
          files.rotate(0);
          write(0, "c");
          files.rotate(0);
          events.put(
              "b",
              () -> {
                files.rotate(0);
                return write(0, "e");
              });
          return write(0, "d");
        },
        () -> true,
        () -> true);
    assertEquals(List.of("a", "b", "c", "d", "e"), texts);
  }

  @Test
  void goesOnWithTheOldestIfWhatItReadIsGone() throws IOException {
    write(0, "a");
    follow(
        () -> {
          for (int i = 1; i <= LogFiles.PARTS + 1; i++) {
            write(0, "x" + i);
            files.rotate(0);
          }
          return write(0, "last");
        },
        () -> true);
    // It still holds the one that it read, though that has no name any more.
    assertEquals(List.of("a", "x1", "x3", "x4", "x5", "x6", "last"), texts);
  }

  /** As it does while the next file cannot be opened. */
  @Test
  void renamingAgainWithoutANewFileLosesNothing() throws IOException {
    for (String line : List.of("a", "b", "c")) {
      write(0, line);
      files.rotate(0);
    }
    for (int i = 0; i < LogFiles.PARTS; i++) {
      files.rotate(0);
    }
    new LogReader(folder).read(LogQuery.ALL, this::accept);
    assertEquals(List.of("a", "b", "c"), texts);
  }

  @Test
  void readsLinesOnceWhoeverRotates() throws Exception {
    int lines = 400;
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < lines; i++) {
                  // Never so many files that one is lost before it is read.
                  if (i % 100 == 50) {
                    files.rotate(0);
                  }
                  write(0, Integer.toString(i));
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    new LogReader(folder).follow(LogQuery.ALL, this::accept, writer::isAlive);
    writer.join();
    assertEquals(IntStream.range(0, lines).mapToObj(Integer::toString).toList(), texts);
  }

  @Test
  void readsTheEndOfARunBeforeTheNext() throws IOException {
    write(0, "a");
    events.put(
        "b",
        () -> {
          files.rotate(0);
          write(0, "c");
          return write(1, "d");
        });
    follow(() -> write(0, "b"), () -> true);
    assertEquals(List.of("a", "b", "c", "d"), texts);
  }

  @Test
  void findsTheRunWhileItsFileIsRenamed() throws IOException {
    write(0, "a");
    files.rotate(0);
    new LogReader(folder).read(LogQuery.ALL, this::accept);
    assertEquals(List.of("a"), texts);
  }

  @Test
  void readsToTheEndThoughAllIsRemovedMeanwhile() throws IOException {
    write(0, "a");
    files.rotate(0);
    write(0, "b");
    events.put(
        "a",
        () -> {
          removeAll();
          return true;
        });
    new LogReader(folder).read(LogQuery.ALL, this::accept);
    assertEquals(List.of("a", "b"), texts);
  }

  @Test
  void endsWithTheInstance() throws IOException {
    write(0, "a");
    follow(
        () -> {
          write(0, "b");
          removeAll();
          return true;
        },
        () -> fail("it asks for more of what is gone"));
    assertEquals(List.of("a", "b"), texts);
  }

  @Test
  void isEmptyWithoutAFolder() throws IOException {
    removeAll();
    follow(() -> true, () -> true);
    assertEquals(List.of(), texts);
  }

  @Test
  void passesOverALineThatIsTooLongAlsoIfItComesBitByBit() throws IOException {
    write(0, "a");
    String part = "x ".repeat(3 * RawTail.MAX_LINE);
    Path file = files.current(0);
    follow(
        () -> {
          Files.writeString(file, part, StandardOpenOption.APPEND);
          return true;
        },
        () -> {
          Files.writeString(file, "2026 stdout F x\n", StandardOpenOption.APPEND);
          return write(0, "b");
        });
    assertEquals(List.of("a", "b"), texts);
  }
}
