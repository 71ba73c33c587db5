package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class HoleMapTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  @Test
  void callsNothingZeroThatIsNot() throws IOException {
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      Path file = sparse(random, 1 + random.nextInt(6 * MIB));
      byte[] content = Files.readAllBytes(file);
      try (HoleMap map = HoleMap.open(file)) {
        for (int offset = 0; offset <= content.length; offset += 1 + random.nextInt(30_000)) {
          long zeros = map.zerosAt(offset);
          assertTrue(zeros >= 0 && offset + zeros <= content.length, "outside the file");
          for (int at = offset; at < offset + zeros; at++) {
            assertEquals(0, content[at]);
          }
        }
      }
    }
  }

  @Test
  void givesTheContentOfTheFile() throws IOException {
    Path file = sparse(new Random(4), 3 * MIB);
    try (HoleMap map = HoleMap.open(file)) {
      ByteBuffer content = ByteBuffer.allocate(3 * MIB);
      while (content.hasRemaining() && map.channel().read(content) >= 0) {}
      assertArrayEquals(Files.readAllBytes(file), content.array());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void findsHolesAtTheStartInTheMiddleAndAtTheEnd() throws IOException {
    Path file = file("disk");
    write(file, 4 * MIB, 5 * MIB);
    write(file, 9 * MIB, 10 * MIB);
    truncate(file, 20L * MIB);
    try (HoleMap map = HoleMap.open(file)) {
      assertEquals(4 * MIB, map.zerosAt(0));
      assertEquals(2 * MIB - 7, map.zerosAt(2 * MIB + 7));
      assertEquals(0, map.zerosAt(4 * MIB));
      assertEquals(0, map.zerosAt(5 * MIB - 1));
      assertEquals(4 * MIB, map.zerosAt(5 * MIB));
      assertEquals(10 * MIB, map.zerosAt(10 * MIB));
      assertEquals(1, map.zerosAt(20 * MIB - 1));
      assertEquals(0, map.zerosAt(20 * MIB));
      assertEquals(0, map.zerosAt(Long.MAX_VALUE));
      assertThrows(IllegalArgumentException.class, () -> map.zerosAt(-1));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void findsAHoleOfATebibyteAtOnce() throws IOException {
    Path file = file("disk");
    try {
      truncate(file, 1L << 40);
    } catch (IOException e) {
      Assumptions.abort("this file system has no files of that size");
    }
    try (HoleMap map = HoleMap.open(file)) {
      assertEquals(1L << 40, map.zerosAt(0));
    }
  }

  @Test
  void answersForTheFileItReadsWhenTheNameIsGivenToAnother() throws IOException {
    Path file = file("disk");
    write(file, 0, MIB);
    try (HoleMap map = HoleMap.open(file)) {
      Path other = file("other");
      truncate(other, 2L * MIB);
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(0, map.zerosAt(0));
      assertEquals(MIB, map.channel().size());
      ByteBuffer first = ByteBuffer.allocate(1);
      assertEquals(1, map.channel().read(first, 0));
      assertEquals(1, first.get(0));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void opensNamesThatAreNoText() throws IOException {
    for (String name : new String[] {"%FF%25%20.img", "%EF%BF%BD.img", "a%0Ab;c%3F%23.img"}) {
      Path file = Path.of(URI.create(folder.toUri() + name));
      write(file, MIB, 2 * MIB);
      try (HoleMap map = HoleMap.open(file)) {
        assertEquals(MIB, map.zerosAt(0));
      }
    }
  }

  @Test
  void followsALink() throws IOException {
    Path file = file("disk");
    write(file, 0, 10);
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    try (HoleMap map = HoleMap.open(link)) {
      assertEquals(10, map.channel().size());
      assertEquals(0, map.zerosAt(0));
    }
  }

  @Test
  void failsAsOpeningDoes() {
    assertThrows(NoSuchFileException.class, () -> HoleMap.open(folder.resolve("missing")));
  }

  @Test
  void closesWhatItOpened() throws IOException {
    Path file = file("disk");
    write(file, 0, 10);
    HoleMap map = HoleMap.open(file);
    map.close();
    map.close();
    assertFalse(map.channel().isOpen());
    assertThrows(ClosedChannelException.class, () -> map.channel().size());
    Path descriptors = Path.of("/proc/self/fd");
    if (Files.isDirectory(descriptors)) {
      try (var open = Files.list(descriptors)) {
        assertTrue(open.noneMatch(link -> pointsTo(link, file)));
      }
    }
  }

  private static boolean pointsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (IOException e) {
      // Of the listing itself, closed meanwhile.
      return false;
    }
  }

  private Path file(String name) throws IOException {
    return Files.createFile(folder.resolve(name));
  }

  /** A file of data, of holes and of zeros that are written. */
  private Path sparse(Random random, int size) throws IOException {
    Path file = Files.createTempFile(folder, "disk", null);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int at = 0; at < size; ) {
        int end = Math.min(size, at + 1 + random.nextInt(500_000));
        byte[] piece = new byte[end - at];
        int kind = random.nextInt(3);
        if (kind == 0) {
          random.nextBytes(piece);
        }
        if (kind < 2) {
          channel.write(ByteBuffer.wrap(piece), at);
        }
        at = end;
      }
    }
    truncate(file, size);
    return file;
  }

  private static void write(Path file, int from, int to) throws IOException {
    byte[] ones = new byte[to - from];
    Arrays.fill(ones, (byte) 1);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      channel.write(ByteBuffer.wrap(ones), from);
    }
  }

  private static void truncate(Path file, long size) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(size);
    }
  }
}
