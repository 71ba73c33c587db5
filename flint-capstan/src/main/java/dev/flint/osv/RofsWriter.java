package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link RofsTree} as OSv's read-only file system (fs/rofs/rofs.hh in OSv): superblock,
 * contents from a block's start each, then the tables of entries, links and inodes. The bytes
 * depend on the tree only. Contents are streamed; only the tree itself is in memory.
 *
 * <p>Folders are numbered before what is in them, level by level, so that the entries of a folder
 * stand side by side, as its inode wants them, and entry number n has inode n + 2.
 */
public final class RofsWriter {
  private static final int PIECE = 1 << 13;

  private final RofsSink sink;
  private final List<Inode> inodes = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private int links;

  /** An inode; where a file stands is known once it is written. */
  private static final class Inode {
    final RofsNode node;
    long start;
    long count;

    Inode(RofsNode node) {
      this.node = node;
    }
  }

  private RofsWriter(RofsSink sink, RofsTree tree) {
    this.sink = sink;
    inodes.add(new Inode(tree.root()));
    for (int i = 0; i < inodes.size(); i++) {
      number(inodes.get(i));
    }
  }

  /**
   * Writes a file system from the channel's position on, and leaves the position behind it. As a
   * file of its own it is a disk that a guest mounts by {@code --mount-fs=rofs,/dev/vblk1,/folder}.
   * Nothing is forced to the device.
   *
   * @param limit the most bytes it may have
   * @return its length in bytes, a multiple of 512
   * @throws FlintException POLICY if it would be longer than the limit, LOCAL_IO if a file of the
   *     host is no regular one any more
   */
  public static long write(SeekableByteChannel target, RofsTree tree, long limit)
      throws IOException {
    long base = target.position();
    RofsSink sink = new RofsSink(target, limit);
    RofsWriter writer = new RofsWriter(sink, tree);
    // The superblock comes last: until then nobody takes this for a file system.
    sink.put(new byte[Rofs.BLOCK], Rofs.BLOCK);
    for (Inode inode : writer.inodes) {
      writer.writeContent(inode);
    }
    long structure = sink.blocks();
    writer.writeTables();
    sink.flush();
    long end = target.position();
    target.position(base);
    writer.writeSuperblock(target, structure, sink.blocks() - structure);
    target.position(end);
    return end - base;
  }

  private void number(Inode inode) {
    if (inode.node instanceof RofsNode.Folder folder) {
      inode.start = names.size();
      inode.count = folder.children().size();
      for (Map.Entry<String, RofsNode> child : folder.children().entrySet()) {
        names.add(child.getKey());
        inodes.add(new Inode(child.getValue()));
      }
    } else if (inode.node instanceof RofsNode.Link) {
      inode.start = links++;
      inode.count = 1;
    }
  }

  private void writeContent(Inode inode) throws IOException {
    if (inode.node instanceof RofsNode.Bytes bytes) {
      copy(inode, new ByteArrayInputStream(bytes.content));
    } else if (inode.node instanceof RofsNode.HostFile file) {
      try (InputStream in = open(file.path())) {
        copy(inode, in);
      }
    }
  }

  /** Opens a file that was a regular one; what took its place is neither followed nor awaited. */
  private static InputStream open(Path path) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FlintException(ErrorCode.LOCAL_IO, path + " is no regular file any more");
    }
    return Files.newInputStream(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  private void copy(Inode inode, InputStream in) throws IOException {
    inode.start = sink.blocks();
    byte[] piece = new byte[PIECE];
    for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
      sink.put(piece, count);
      inode.count += count;
    }
    sink.pad();
  }

  private void writeTables() throws IOException {
    for (int i = 0; i < names.size(); i++) {
      sink.putLong(i + 2);
      writeText(names.get(i).getBytes(StandardCharsets.UTF_8));
    }
    for (Inode inode : inodes) {
      if (inode.node instanceof RofsNode.Link link) {
        writeText(link.target().getBytes(StandardCharsets.UTF_8));
      }
    }
    for (int i = 0; i < inodes.size(); i++) {
      Inode inode = inodes.get(i);
      sink.putLong(mode(inode.node));
      sink.putLong(i + 1);
      sink.putLong(inode.start);
      sink.putLong(inode.count);
    }
    sink.pad();
  }

  private void writeText(byte[] text) throws IOException {
    sink.putShort(text.length);
    sink.put(text, text.length);
  }

  private static long mode(RofsNode node) {
    if (node instanceof RofsNode.Folder) {
      return Rofs.FOLDER;
    }
    return node instanceof RofsNode.Link ? Rofs.LINK : Rofs.FILE;
  }

  private void writeSuperblock(SeekableByteChannel target, long structure, long blocks)
      throws IOException {
    RofsSink superblock = new RofsSink(target, Rofs.BLOCK);
    superblock.putLong(Rofs.MAGIC);
    superblock.putLong(Rofs.VERSION);
    superblock.putLong(Rofs.BLOCK);
    superblock.putLong(structure);
    superblock.putLong(blocks);
    superblock.putLong(names.size());
    superblock.putLong(links);
    superblock.putLong(inodes.size());
    superblock.flush();
  }
}
