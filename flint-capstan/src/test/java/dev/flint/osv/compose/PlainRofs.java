package dev.flint.osv.compose;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A reader of OSv's file system by the facts alone: eight numbers in the first block; three tables
 * from the block that the fourth says, entries, links and inodes; a folder is a run of entries, a
 * file a run of blocks. Shares nothing with the code it tests.
 */
final class PlainRofs {
  private static final int BLOCK = 512;

  private final FileChannel disk;
  private final long base;
  private final List<Name> names = new ArrayList<>();
  private final List<String> links = new ArrayList<>();
  private final List<long[]> inodes = new ArrayList<>();
  private final SortedMap<String, Thing> things = new TreeMap<>();

  /** An entry of a folder. */
  private record Name(long inode, String text) {}

  /**
   * What a path leads to.
   *
   * @param kind 4 folder, 8 file, 10 link
   * @param at first byte of a file on the disk
   * @param size of a file
   * @param target of a link
   */
  record Thing(int kind, long at, long size, String target) {}

  private PlainRofs(FileChannel disk, long base) {
    this.disk = disk;
    this.base = base;
  }

  static PlainRofs read(FileChannel disk, long base) throws IOException {
    PlainRofs rofs = new PlainRofs(disk, base);
    ByteBuffer head = rofs.bytes(0, BLOCK);
    require(head.getLong() == 0xDEADBEADL, "magic");
    require(head.getLong() == 1, "version");
    require(head.getLong() == BLOCK, "block size");
    long first = head.getLong();
    long blocks = head.getLong();
    long entryCount = head.getLong();
    long linkCount = head.getLong();
    long inodeCount = head.getLong();
    while (head.hasRemaining()) {
      require(head.get() == 0, "rest of the superblock");
    }
    require(disk.size() - base == (first + blocks) * BLOCK, "nothing behind the tables");
    ByteBuffer tables = rofs.bytes(first * BLOCK, (int) blocks * BLOCK);
    for (long i = 0; i < entryCount; i++) {
      long inode = tables.getLong();
      rofs.names.add(new Name(inode, text(tables)));
    }
    for (long i = 0; i < linkCount; i++) {
      rofs.links.add(text(tables));
    }
    for (long i = 0; i < inodeCount; i++) {
      long[] inode = {tables.getLong(), tables.getLong(), tables.getLong(), tables.getLong()};
      require(inode[1] == i + 1, "numbers of inodes are in order");
      rofs.inodes.add(inode);
    }
    require(tables.remaining() < BLOCK, "no block too many");
    while (tables.hasRemaining()) {
      require(tables.get() == 0, "rest of the tables");
    }
    rofs.enter("", 1);
    require(rofs.things.size() == entryCount, "every entry is in one folder");
    return rofs;
  }

  private void enter(String path, long number) {
    long[] folder = inodes.get((int) number - 1);
    require(folder[0] == 0x4000, "a folder");
    for (long i = folder[2]; i < folder[2] + folder[3]; i++) {
      Name name = names.get((int) i);
      String below = path.isEmpty() ? name.text : path + "/" + name.text;
      long[] inode = inodes.get((int) name.inode - 1);
      Thing thing =
          switch ((int) inode[0]) {
            case 0x4000 -> new Thing(4, 0, 0, "");
            case 0x8000 -> new Thing(8, base + inode[2] * BLOCK, inode[3], "");
            case 0xA000 -> new Thing(10, 0, 0, links.get((int) inode[2]));
            default -> throw new AssertionError("mode " + inode[0]);
          };
      require(things.put(below, thing) == null, "two of a name");
      if (thing.kind == 4) {
        enter(below, name.inode);
      }
    }
  }

  SortedMap<String, Thing> things() {
    return things;
  }

  Thing thing(String path) {
    Thing thing = things.get(path);
    if (thing == null) {
      throw new AssertionError("no " + path);
    }
    return thing;
  }

  byte[] content(String path) throws IOException {
    Thing file = thing(path);
    require(file.kind == 8, path + " is no file");
    return bytes(file.at - base, (int) file.size).array();
  }

  /** All that is found: contents of files, {@code -> target} of links, {@code /} for folders. */
  SortedMap<String, String> texts() throws IOException {
    SortedMap<String, String> texts = new TreeMap<>();
    for (String path : things.keySet()) {
      Thing thing = thing(path);
      texts.put(
          path,
          switch (thing.kind) {
            case 4 -> "/";
            case 8 -> new String(content(path), StandardCharsets.ISO_8859_1);
            default -> "-> " + thing.target;
          });
    }
    return texts;
  }

  private ByteBuffer bytes(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      require(disk.read(bytes, base + offset + bytes.position()) > 0, "the disk ends");
    }
    return bytes.flip();
  }

  private static String text(ByteBuffer tables) {
    byte[] text = new byte[Short.toUnsignedInt(tables.getShort())];
    tables.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
