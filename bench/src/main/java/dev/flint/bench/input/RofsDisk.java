package dev.flint.bench.input;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A disk like OSv's read-only file system: a superblock, the files' bytes from a block's start
 * each, then the tables of entries and inodes; little-endian, blocks of 512 bytes, nothing
 * compressed. Without the loader and the partition table that OSv puts before it.
 */
final class RofsDisk {
  private static final int BLOCK = 512;
  private static final long MAGIC = 0xDEADBEADL;
  private static final long VERSION = 1;
  private static final long FOLDER = 0x4000;
  private static final long FILE = 0x8000;

  private final OutputStream out;
  private final List<Entry> entries = new ArrayList<>();
  private final TreeMap<Long, Inode> inodes = new TreeMap<>();
  private long nextInode = 1;
  private long block = 1;

  private record Entry(long inode, String name) {
    byte[] bytes() {
      return name.getBytes(StandardCharsets.UTF_8);
    }
  }

  private record Inode(long mode, long start, long count) {}

  private RofsDisk(OutputStream out) {
    this.out = out;
  }

  /** Writes the files and folders of a tree. */
  static void make(Path disk, Path tree) throws IOException {
    try (FileChannel channel =
        FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.position(BLOCK);
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 20);
      RofsDisk writer = new RofsDisk(out);
      writer.addFolder(tree, writer.nextInode++);
      byte[] structure = writer.structure();
      out.write(structure);
      out.flush();
      channel.write(writer.superblock(structure.length / BLOCK), 0);
    }
  }

  private void addFolder(Path folder, long inode) throws IOException {
    List<Entry> children = new ArrayList<>();
    for (Path child : sorted(folder)) {
      long number = nextInode++;
      if (Files.isDirectory(child)) {
        addFolder(child, number);
      } else {
        addFile(child, number);
      }
      children.add(new Entry(number, String.valueOf(child.getFileName())));
    }
    inodes.put(inode, new Inode(FOLDER, entries.size(), children.size()));
    entries.addAll(children);
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (var children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }

  private void addFile(Path file, long inode) throws IOException {
    long size = Files.copy(file, out);
    inodes.put(inode, new Inode(FILE, block, size));
    long blocks = blocks(size);
    out.write(new byte[(int) (blocks * BLOCK - size)]);
    block += blocks;
  }

  private static long blocks(long size) {
    return (size + BLOCK - 1) / BLOCK;
  }

  private byte[] structure() {
    long size = inodes.size() * 4L * Long.BYTES;
    for (Entry entry : entries) {
      size += Long.BYTES + Short.BYTES + entry.bytes().length;
    }
    byte[] structure = new byte[Math.toIntExact(blocks(size) * BLOCK)];
    ByteBuffer table = littleEndian(structure);
    for (Entry entry : entries) {
      byte[] name = entry.bytes();
      table.putLong(entry.inode).putShort((short) name.length).put(name);
    }
    inodes.forEach(
        (number, inode) ->
            table.putLong(inode.mode).putLong(number).putLong(inode.start).putLong(inode.count));
    return structure;
  }

  private ByteBuffer superblock(long structureBlocks) {
    return littleEndian(new byte[BLOCK])
        .putLong(MAGIC)
        .putLong(VERSION)
        .putLong(BLOCK)
        .putLong(block)
        .putLong(structureBlocks)
        .putLong(entries.size())
        .putLong(0)
        .putLong(inodes.size())
        .rewind();
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
