package dev.flint.bench.input;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RofsDiskTest {
  private static final int BLOCK = 512;

  @TempDir private Path folder;
  private ByteBuffer disk = ByteBuffer.allocate(0);

  @BeforeEach
  void makeADiskOfTwoFiles() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree/sub"));
    Files.writeString(tree.resolve("in"), "y".repeat(600));
    Files.writeString(tree.resolveSibling("top"), "x");
    Path file = folder.resolve("disk");
    RofsDisk.make(file, tree.resolveSibling("."));
    disk = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void startsWithASuperblockThatTellsWhereTheTablesAre() {
    assertEquals(0xDEADBEADL, disk.getLong());
    assertEquals(1, disk.getLong());
    assertEquals(BLOCK, disk.getLong());
    assertEquals(1 + 2 + 1, disk.getLong(), "first block of the tables");
    assertEquals(1, disk.getLong(), "blocks of the tables");
    assertEquals(3, disk.getLong(), "entries");
    assertEquals(0, disk.getLong(), "symbolic links");
    assertEquals(4, disk.getLong(), "inodes");
    assertEquals(5 * BLOCK, disk.limit());
  }

  @Test
  void startsEachFileAtABlock() {
    assertEquals('y', disk.get(BLOCK));
    assertEquals('y', disk.get(BLOCK + 599));
    assertEquals(0, disk.get(BLOCK + 600));
    assertEquals('x', disk.get(3 * BLOCK));
  }

  @Test
  void leadsFromTheRootToAFile() {
    int tables = 4 * BLOCK;
    assertEquals(
        "3:in 2:sub 4:top", entry(tables) + " " + entry(tables + 12) + " " + entry(tables + 25));
    int inodes = tables + 12 + 13 + 13;
    assertEquals(0x4000, disk.getLong(inodes), "the root is a folder");
    assertEquals(1, disk.getLong(inodes + 16), "its first entry");
    assertEquals(2, disk.getLong(inodes + 24), "its number of entries");
    int in = inodes + 2 * 32;
    assertEquals(0x8000, disk.getLong(in));
    assertEquals(3, disk.getLong(in + 8));
    assertEquals(1, disk.getLong(in + 16), "first block");
    assertEquals(600, disk.getLong(in + 24), "size");
  }

  private String entry(int at) {
    byte[] name = new byte[disk.getShort(at + 8)];
    disk.get(at + 10, name);
    return disk.getLong(at) + ":" + new String(name, StandardCharsets.UTF_8);
  }
}
