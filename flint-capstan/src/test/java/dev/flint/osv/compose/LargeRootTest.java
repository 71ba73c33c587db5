package dev.flint.osv.compose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.osv.RofsFolder;
import dev.flint.osv.RofsTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real roots have, read back by a reader that knows nothing of the writer. */
class LargeRootTest {
  private static final long BASE = 2 << 20;

  @TempDir Path folder;
  private Path loader;

  @BeforeEach
  void writeLoader() throws IOException {
    loader = Files.write(folder.resolve("loader"), Disks.loader());
  }

  @Test
  void tenThousandSmallFilesOfAFolder() throws Exception {
    Map<String, byte[]> contents = contents(10_000);
    Path disk = make(contents, "root", 1);
    try (FileChannel channel = FileChannel.open(disk)) {
      PlainRofs rofs = PlainRofs.read(channel, BASE);
      assertEquals(
          10_000, rofs.things().values().stream().filter(thing -> thing.kind() == 8).count());
      for (Map.Entry<String, byte[]> file : contents.entrySet()) {
        assertArrayEquals(file.getValue(), rofs.content(file.getKey()), file.getKey());
      }
    }
  }

  @Test
  void theOrderInWhichAFolderListsItsFilesDoesNotShow() throws Exception {
    Map<String, byte[]> contents = contents(60);
    Path first = make(contents, "first", 1);
    for (int seed = 2; seed < 5; seed++) {
      assertEquals(-1, Files.mismatch(first, make(contents, "other" + seed, seed)));
    }
  }

  private static Map<String, byte[]> contents(int count) {
    Map<String, byte[]> contents = new HashMap<>();
    Random random = new Random(3);
    for (int i = 0; i < count; i++) {
      byte[] content = new byte[random.nextInt(700)];
      random.nextBytes(content);
      contents.put("d" + i % 97 + "/" + ("e" + i % 7 + "/").repeat(i % 3) + "f" + i, content);
    }
    return contents;
  }

  /** Makes the files in an order of its own, so that the folder lists them in another. */
  private Path make(Map<String, byte[]> contents, String name, int seed) throws IOException {
    Path root = folder.resolve(name);
    List<String> paths = new ArrayList<>(contents.keySet());
    Collections.sort(paths);
    Collections.shuffle(paths, new Random(seed));
    Set<Path> made = new HashSet<>();
    for (String path : paths) {
      Path file = root.resolve(path);
      Path parent = file.resolveSibling(".").normalize();
      if (made.add(parent)) {
        Files.createDirectories(parent);
      }
      Files.write(file, contents.get(path));
    }
    RofsTree tree = new RofsTree();
    RofsFolder.add(tree, "", root, RofsFolder.Links.ROOT);
    return Disks.compose(folder.resolve(name + ".raw"), loader, tree, "/run");
  }

  @Test
  void namesOfTheGreatestLength() throws Exception {
    Path root = Files.createDirectories(folder.resolve("root"));
    String ascii = "a".repeat(255);
    String wide = "\u20ac".repeat(85);
    Path deep = root.resolve(ascii).resolve(wide).resolve("b".repeat(255));
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("c".repeat(255)), "deep");
    Files.createSymbolicLink(root.resolve("l".repeat(255)), Path.of(ascii));
    RofsTree tree = new RofsTree();
    RofsFolder.add(tree, "", root, RofsFolder.Links.ROOT);
    Path disk = Disks.compose(folder.resolve("disk"), loader, tree, "/run");
    try (FileChannel channel = FileChannel.open(disk)) {
      Map<String, String> texts = PlainRofs.read(channel, BASE).texts();
      assertEquals(
          "deep", texts.get(ascii + "/" + wide + "/" + "b".repeat(255) + "/" + "c".repeat(255)));
      assertEquals("-> " + ascii, texts.get("l".repeat(255)));
    }
  }

  /** The files are holes but for their ends, and so is the disk. */
  @Test
  void moreThanTwoGibibytes() throws Exception {
    long size = (2L << 30) + 12345;
    Path large = folder.resolve("large");
    try (FileChannel channel =
        FileChannel.open(
            large,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("first".getBytes(StandardCharsets.US_ASCII)), 0);
      channel.write(ByteBuffer.wrap("last".getBytes(StandardCharsets.US_ASCII)), size - 4);
    }
    RofsTree tree = new RofsTree();
    tree.file("a", large);
    tree.file("b", "behind it".getBytes(StandardCharsets.US_ASCII));
    Path disk = Disks.compose(folder.resolve("disk"), loader, tree, "/run");
    try (FileChannel channel = FileChannel.open(disk)) {
      PlainRofs rofs = PlainRofs.read(channel, BASE);
      PlainRofs.Thing file = rofs.thing("a");
      assertEquals(size, file.size());
      assertEquals("first", text(channel, file.at(), 5));
      assertEquals("last", text(channel, file.at() + size - 4, 4));
      assertEquals("behind it", new String(rofs.content("b"), StandardCharsets.US_ASCII));
    }
  }

  private static String text(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    channel.read(bytes, at);
    return new String(bytes.array(), StandardCharsets.US_ASCII);
  }
}
