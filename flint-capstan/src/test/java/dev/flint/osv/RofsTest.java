package dev.flint.osv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RofsTest {
  @TempDir Path folder;

  private byte[] write(RofsTree tree) {
    return RofsFixture.write(folder.resolve("disk"), tree);
  }

  private static RofsTree sample() throws FlintException {
    RofsTree tree = new RofsTree();
    tree.file("etc/app.conf", "key=value\n".getBytes(UTF_8));
    tree.link("etc/current", "app.conf");
    tree.folder("var/empty");
    tree.file("full", new byte[512]);
    tree.file("none", new byte[0]);
    tree.file("grüße", "x".getBytes(UTF_8));
    return tree;
  }

  @Test
  void aDiskOfOneFileHasThreeBlocks() throws Exception {
    RofsTree tree = new RofsTree();
    tree.file("key", "value".getBytes(UTF_8));
    byte[] disk = write(tree);
    assertEquals(1536, disk.length);
    ByteBuffer bytes = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
    long[] superblock = {0xDEADBEADL, 1, 512, 2, 1, 1, 0, 2, 0};
    for (int i = 0; i < superblock.length; i++) {
      assertEquals(superblock[i], bytes.getLong(8 * i), "number " + i);
    }
    assertEquals("value", new String(disk, 512, 5, ISO_8859_1));
    // An entry, then the inodes of the root and of the file.
    assertEquals(2, bytes.getLong(1024));
    assertEquals(3, bytes.getShort(1032));
    assertEquals("key", new String(disk, 1034, 3, ISO_8859_1));
    long[] inodes = {0x4000, 1, 0, 1, 0x8000, 2, 1, 5};
    for (int i = 0; i < inodes.length; i++) {
      assertEquals(inodes[i], bytes.getLong(1037 + 8 * i), "inode number " + i);
    }
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    expected.put("etc", "/");
    expected.put("etc/app.conf", "key=value\n");
    expected.put("etc/current", "-> app.conf");
    expected.put("var", "/");
    expected.put("var/empty", "/");
    expected.put("full", "\0".repeat(512));
    expected.put("none", "");
    expected.put("grüße", "x");
    assertEquals(expected, RofsFixture.read(write(sample())));
  }

  @Test
  void anEmptyTreeIsAFileSystemToo() throws Exception {
    assertEquals(Map.of(), RofsFixture.read(write(new RofsTree())));
  }

  @Test
  void theSameTreeGivesTheSameBytesInWhateverOrderItWasMade() throws Exception {
    RofsTree first = new RofsTree();
    first.file("b", new byte[] {1});
    first.file("a/c", new byte[] {2});
    RofsTree second = new RofsTree();
    second.file("a/c", new byte[] {2});
    second.file("b", new byte[] {1});
    assertArrayEquals(write(first), write(second));
  }

  @Test
  void anyTreeComesBack() throws Exception {
    Random random = new Random(21);
    for (int round = 0; round < 60; round++) {
      RofsTree tree = new RofsTree();
      Map<String, String> expected = new TreeMap<>();
      for (int i = random.nextInt(40); i > 0; i--) {
        StringBuilder path = new StringBuilder();
        for (int depth = random.nextInt(4); depth > 0; depth--) {
          path.append("d").append(random.nextInt(4));
          expected.put(path.toString(), "/");
          path.append('/');
        }
        String name = "n" + "é".repeat(random.nextInt(9)) + i;
        path.append(name);
        byte[] content = new byte[random.nextInt(4) * 256 * random.nextInt(200)];
        random.nextBytes(content);
        if (random.nextInt(5) == 0) {
          tree.link(path.toString(), "../" + name);
          expected.put(path.toString(), "-> ../" + name);
        } else if (random.nextBoolean()) {
          tree.file(path.toString(), content);
          expected.put(path.toString(), new String(content, ISO_8859_1));
        } else {
          Path file = Files.write(folder.resolve("content" + i), content);
          tree.file(path.toString(), file);
          expected.put(path.toString(), new String(content, ISO_8859_1));
        }
      }
      assertEquals(expected, RofsFixture.read(write(tree)), "round " + round);
    }
  }

  @Test
  void mayStartWithinAnotherDisk() throws Exception {
    Path file = folder.resolve("disk");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.position(4096);
      RofsWriter writer = new RofsWriter(sample(), 1 << 20);
      writer.write(channel);
      assertEquals(4096 + writer.length(), channel.position());
    }
    byte[] disk = Files.readAllBytes(file);
    assertThrows(FlintException.class, () -> RofsFixture.read(disk, 0));
    assertEquals("key=value\n", RofsFixture.read(disk, 4096).get("etc/app.conf"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "/a", "a/", "a//b", ".", "a/..", "../a", "a/./b", "a\0b", "\ud800", "a\ufffd"
      })
  void refusesANameThatNoFolderCanHave(String path) {
    FlintException e =
        assertThrows(FlintException.class, () -> new RofsTree().file(path, new byte[0]));
    assertEquals(ErrorCode.POLICY, e.code());
  }

  @Test
  void refusesLongNamesTwoOfANameAndFilesAsFolders() throws Exception {
    RofsTree tree = new RofsTree();
    tree.file("a", new byte[0]);
    tree.folder("b");
    tree.folder("b");
    tree.file("é".repeat(127), new byte[0]);
    String deep = "dir/".repeat(256);
    for (String path : new String[] {"a", "a/b", "b", "é".repeat(128), deep + "x"}) {
      assertThrows(FlintException.class, () -> tree.file(path, new byte[0]), path);
    }
    assertThrows(FlintException.class, () -> tree.folder("a"));
    assertThrows(FlintException.class, () -> tree.link("l", ""));
  }

  @Test
  void writesNoMoreThanItMay() throws Exception {
    RofsTree tree = new RofsTree();
    tree.file("endless", Path.of("/dev/zero"));
    tree.file("a", new byte[1000]);
    RofsTree large = new RofsTree();
    large.file("a", new byte[1000]);
    FlintException device = assertThrows(FlintException.class, () -> new RofsWriter(tree, 1 << 20));
    assertEquals(ErrorCode.LOCAL_IO, device.code());
    FlintException over = assertThrows(FlintException.class, () -> new RofsWriter(large, 2047));
    assertEquals(ErrorCode.POLICY, over.code());
    new RofsWriter(large, 2048);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFileRewrittenAtItsSizeIsAClearFailure(boolean replaced) throws Exception {
    FileTime time = FileTime.fromMillis(1000);
    Path file = Files.writeString(folder.resolve("file"), "old");
    Files.setLastModifiedTime(file, time);
    RofsTree tree = new RofsTree();
    tree.file("file", file);
    RofsWriter writer = new RofsWriter(tree, 1 << 20);
    if (replaced) {
      Path other = Files.writeString(folder.resolve("other"), "new");
      Files.setLastModifiedTime(other, time);
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.writeString(file, "new");
    }
    WritableByteChannel target = Channels.newChannel(OutputStream.nullOutputStream());
    FlintException e = assertThrows(FlintException.class, () -> writer.write(target));
    assertEquals(ErrorCode.LOCAL_IO, e.code());
    assertTrue(String.valueOf(e.getMessage()).contains("changed while"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, UNSUPPORTED",
    "8, 2, UNSUPPORTED",
    "16, 4096, UNSUPPORTED",
    "24, 0, INTEGRITY",
    "24, 4, INTEGRITY",
    "24, -1, INTEGRITY",
    "24, 9223372036854775807, INTEGRITY",
    "32, 0, INTEGRITY",
    "32, 9223372036854775807, INTEGRITY",
    "40, 1000, INTEGRITY",
    "40, -1, INTEGRITY",
    "48, 1000000000000, INTEGRITY",
    "56, 100, INTEGRITY",
    "56, 1, INTEGRITY",
    // The entry's inode, the length of its name, its name.
    "1024, 3, INTEGRITY",
    "1024, 1, INTEGRITY",
    "1024, -1, INTEGRITY",
    // Mode, number, start and count of the root, then of the file.
    "1037, 40960, INTEGRITY",
    "1045, 2, INTEGRITY",
    "1053, 1, INTEGRITY",
    "1061, 2, INTEGRITY",
    "1061, -1, INTEGRITY",
    "1069, 4096, INTEGRITY",
    "1085, 0, INTEGRITY",
    "1085, 4, INTEGRITY",
    "1085, 72057594037927936, INTEGRITY",
    "1093, 1025, INTEGRITY",
    "1093, -1, INTEGRITY",
  })
  void refusesANumberThatCannotBe(int offset, long number, ErrorCode code) throws Exception {
    RofsTree tree = new RofsTree();
    tree.file("key", "value".getBytes(UTF_8));
    byte[] disk = write(tree);
    ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN).putLong(offset, number);
    FlintException e = assertThrows(FlintException.class, () -> RofsFixture.read(disk));
    assertEquals(code, e.code(), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "./", "a/b", "a\0b", "\u00ff\u00fe"})
  void refusesAnEntryThatIsNoName(String name) throws Exception {
    RofsTree tree = new RofsTree();
    tree.file("x".repeat(name.length()), new byte[1]);
    byte[] disk = write(tree);
    System.arraycopy(name.getBytes(ISO_8859_1), 0, disk, 1034, name.length());
    assertThrows(FlintException.class, () -> RofsFixture.read(disk));
  }

  @Test
  void damageEndsInAFailureOfItsOwnAndNeverInALoop() throws Exception {
    byte[] disk = write(sample());
    int structure = (int) ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN).getLong(24) * 512;
    Random random = new Random(31);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged =
          random.nextInt(9) == 0 ? Arrays.copyOf(disk, random.nextInt(disk.length)) : disk.clone();
      for (int i = random.nextInt(6); i >= 0 && damaged.length > 64; i--) {
        int at = random.nextInt(3) == 0 ? random.nextInt(64) : structure + random.nextInt(400);
        if (at < damaged.length) {
          damaged[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(3));
        }
      }
      try {
        RofsFixture.read(damaged);
      } catch (FlintException | AssertionError e) {
        refused++;
      }
    }
    assertTrue(refused > 1000, "the rounds do no damage");
  }

  @Test
  void onlyFilesAreOpened() throws Exception {
    RofsReader reader = RofsReader.open(RofsFixture.guest(write(sample())), 0);
    RofsEntry forged = new RofsEntry("", RofsEntry.Kind.FILE, 1, 5, "");
    assertThrows(IllegalArgumentException.class, () -> reader.open(forged));
    RofsEntry missing = new RofsEntry("", RofsEntry.Kind.FILE, 99, 5, "");
    assertThrows(IOException.class, () -> reader.open(missing));
  }
}
