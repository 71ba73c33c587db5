package dev.flint.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class OutputFileTest {
  @TempDir private Path folder;

  private static void write(Path target, boolean force, String text) throws IOException {
    try (OutputFile output = OutputFile.create(target, force)) {
      output.channel().write(ByteBuffer.wrap(text.getBytes(UTF_8)));
      output.publish();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void appearsWhole(boolean force) throws IOException {
    Path target = folder.resolve("disk");
    try (OutputFile output = OutputFile.create(target, force)) {
      output.channel().write(ByteBuffer.wrap("disk".getBytes(UTF_8)));
      assertFalse(Files.exists(target));
      output.publish();
    }
    assertEquals("disk", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  /** As long as any file system lets one be. */
  @ParameterizedTest
  @ValueSource(ints = {240, 241, 255})
  void aNameMayBeLong(int length) throws IOException {
    Path target = folder.resolve("n".repeat(length));
    try (OutputFile output = OutputFile.resume(target, false)) {
      output.channel().write(ByteBuffer.wrap("disk".getBytes(UTF_8)));
      output.keep();
    }
    try (OutputFile output = OutputFile.resume(target, false)) {
      assertEquals(4, output.channel().size());
      output.publish();
    }
    assertEquals("disk", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void neverReplacesWhatIsNoFile(boolean force) throws IOException {
    Path pipe = folder.resolve("pipe");
    Command.run("mkfifo", pipe).ok();
    Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.create(pipe, force));
    assertEquals(List.of(pipe), files());
    Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.create(folder, force));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunKilledWhilePublishingDoesNotCostThePublishedFile(boolean force) throws IOException {
    Path moved = Files.writeString(folder.resolve("moved"), "precious");
    Files.createLink(folder.resolve(".disk.flint-partial"), moved);
    write(folder.resolve("disk"), force, "new");
    assertEquals("precious", Files.readString(moved));
    assertEquals("new", Files.readString(folder.resolve("disk")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesNothingWhenItIsNotPublished(boolean force) throws IOException {
    OutputFile.create(folder.resolve("disk"), force).close();
    assertEquals(List.of(), files());
  }

  /** E24. */
  @Test
  void replacesOnlyByForce() throws IOException {
    Path target = Files.writeString(folder.resolve("disk"), "old");
    Failures.expect(ErrorCode.LOCAL_IO, () -> write(target, false, "new"));
    assertEquals("old", Files.readString(target));
    write(target, true, "new");
    assertEquals("new", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  @Test
  void doesNotReplaceWhatAppearsMeanwhile() throws IOException {
    Path target = folder.resolve("disk");
    try (OutputFile output = OutputFile.create(target, false)) {
      Files.writeString(target, "faster");
      Failures.expect(ErrorCode.LOCAL_IO, output::publish);
    }
    assertEquals("faster", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  /**
   * E24: as root a rename would put a file in the place of /dev/stdout, for every other program.
   */
  @Test
  void neverReplacesALinkToWhatIsNoFile() throws IOException {
    for (String other : List.of("/dev/null", "/proc/self/fd/0", folder.toString())) {
      Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of(other));
      Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.requireFree(link, true));
      Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.create(link, true));
      assertTrue(Files.isSymbolicLink(link));
      Files.delete(link);
    }
    // Where the output of a process goes to a file, its link leads to that.
    Path file = Files.writeString(folder.resolve("output"), "of a process");
    try (FileChannel open = FileChannel.open(file)) {
      assertTrue(open.isOpen());
      for (Path fd : descriptors(file)) {
        Path link = Files.createSymbolicLink(folder.resolve("link"), fd);
        Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.create(link, true));
        Files.delete(link);
      }
    }
  }

  private static List<Path> descriptors(Path file) throws IOException {
    List<Path> descriptors = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        if (Files.exists(each) && Files.isSameFile(each, file)) {
          descriptors.add(each);
        }
      }
    }
    assertFalse(descriptors.isEmpty());
    return descriptors;
  }

  @Test
  void neverWritesThroughALink() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path target = Files.createSymbolicLink(folder.resolve("disk"), victim);
    Failures.expect(ErrorCode.LOCAL_IO, () -> write(target, false, "new"));
    write(target, true, "new");
    assertTrue(Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("x"));
    Failures.expect(ErrorCode.LOCAL_IO, () -> write(dangling, false, "new"));
    Files.createSymbolicLink(folder.resolve(".other.flint-partial"), victim);
    assertThrows(IOException.class, () -> write(folder.resolve("other"), true, "new"));
    assertEquals("precious", Files.readString(victim));
  }

  /** E24. */
  @Test
  void refusesAFolderAndAMissingFolder() throws IOException {
    Path target = Files.createDirectory(folder.resolve("disk"));
    Failures.expect(ErrorCode.LOCAL_IO, () -> write(target, true, "new"));
    Failures.expect(ErrorCode.LOCAL_IO, () -> write(folder.resolve("a/b"), false, "new"));
    Failures.expect(ErrorCode.LOCAL_IO, () -> write(Path.of("/"), true, "new"));
  }

  @Test
  void reusesWhatAKilledRunLeft() throws IOException {
    Files.writeString(folder.resolve(".disk.flint-partial"), "a longer leftover");
    write(folder.resolve("disk"), false, "new");
    assertEquals("new", Files.readString(folder.resolve("disk")));
    assertEquals(List.of(folder.resolve("disk")), files());
  }

  private String resumed(Path target) throws IOException {
    try (OutputFile output = OutputFile.resume(target, false)) {
      return new String(
          Channels.newInputStream(output.channel().position(0)).readAllBytes(), UTF_8);
    }
  }

  @Test
  void whatWasKeptIsHandedOnByteForByte() throws IOException {
    Path target = folder.resolve("disk");
    try (OutputFile output = OutputFile.resume(target, false)) {
      assertEquals(0, output.channel().size());
      output.channel().write(ByteBuffer.wrap("half".getBytes(UTF_8)), 0);
      output.keep();
    }
    assertFalse(Files.exists(target));
    try (OutputFile output = OutputFile.resume(target, false)) {
      assertEquals(4, output.channel().size(), "nothing was added");
      output.channel().write(ByteBuffer.wrap("whole".getBytes(UTF_8)), 0);
      output.publish();
    }
    assertEquals("whole", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  @Test
  void whatWasNotKeptIsGone() throws IOException {
    Path target = folder.resolve("disk");
    try (OutputFile output = OutputFile.resume(target, false)) {
      output.channel().write(ByteBuffer.wrap("half".getBytes(UTF_8)), 0);
    }
    assertEquals(List.of(), files());
    Files.writeString(folder.resolve(".disk.flint-partial"), "left");
    assertEquals("left", resumed(target));
    assertEquals(List.of(), files());
  }

  /** A run killed while publishing leaves the user's own file under this name as well. */
  @Test
  void neverGoesOnWithAFileThatHasAnotherName() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "precious");
    Files.createLink(folder.resolve(".disk.flint-partial"), precious);
    assertEquals("", resumed(folder.resolve("disk")));
    assertEquals("precious", Files.readString(precious));
    assertEquals(List.of(precious), files());
  }

  @Test
  void neverGoesOnThroughALinkOrAFolder() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path partial = folder.resolve(".disk.flint-partial");
    Files.createSymbolicLink(partial, victim);
    assertThrows(IOException.class, () -> resumed(folder.resolve("disk")));
    Files.delete(partial);
    Files.createSymbolicLink(partial, folder.resolve("dangling"));
    assertThrows(IOException.class, () -> resumed(folder.resolve("disk")));
    Files.delete(partial);
    Files.createDirectory(partial);
    assertThrows(IOException.class, () -> resumed(folder.resolve("disk")));
    assertEquals("precious", Files.readString(victim));
    assertFalse(Files.exists(folder.resolve("dangling")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void doesNotWaitForAPipeThatIsInTheWay(boolean resume) throws IOException {
    Path target = folder.resolve("disk");
    Command.run("mkfifo", folder.resolve(".disk.flint-partial")).ok();
    Failures.expect(
        ErrorCode.LOCAL_IO,
        () -> (resume ? OutputFile.resume(target, true) : OutputFile.create(target, true)).close());
    assertEquals(1, files().size());
  }

  @Test
  void goesOnOnlyWhereItMayPublish() throws IOException {
    Path target = Files.writeString(folder.resolve("disk"), "old");
    Path partial = Files.writeString(folder.resolve(".disk.flint-partial"), "left");
    Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.resume(target, false));
    assertEquals("left", Files.readString(partial));
    try (OutputFile output = OutputFile.resume(target, true)) {
      assertEquals(4, output.channel().size());
      output.publish();
    }
    assertEquals("left", Files.readString(target));
  }

  @Test
  void hasOneWriterAtATime() throws IOException {
    Path target = folder.resolve("disk");
    try (OutputFile output = OutputFile.create(target, false)) {
      Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.create(target, true));
      output.channel().write(ByteBuffer.wrap("mine".getBytes(UTF_8)));
      output.publish();
    }
    assertEquals("mine", Files.readString(target));
  }

  /** A late second writer must not empty what the first one has just published. */
  @RepeatedTest(8)
  void whatIsPublishedStays() throws Exception {
    Path target = folder.resolve("disk");
    AtomicInteger published = new AtomicInteger();
    AtomicInteger torn = new AtomicInteger();
    Runnable writer =
        () -> {
          for (int i = 0; i < 500; i++) {
            try {
              write(target, true, "whole");
              published.incrementAndGet();
              if (!Files.readString(target).equals("whole")) {
                torn.incrementAndGet();
              }
            } catch (IOException e) {
              // The other one was first.
            }
          }
        };
    List<Thread> threads = List.of(new Thread(writer), new Thread(writer), new Thread(writer));
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(published.get() > 0);
    assertEquals(0, torn.get());
    assertEquals("whole", Files.readString(target));
  }
}
