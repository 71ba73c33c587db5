package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes a {@link RofsTree} as OSv's read-only file system (fs/rofs/rofs.hh in OSv): superblock,
 * contents from a block's start each, then the tables of entries, links and inodes. The bytes
 * depend on the tree only, and go out from the first to the last. Contents are streamed; only the
 * tree itself is in memory.
 */
public final class RofsWriter {
  private final RofsTree tree;
  private final RofsLayout layout;

  /**
   * Decides where everything goes. Files of the host must be complete by now, and stay as they are.
   *
   * @param limit the most bytes the file system may have, at most 2^62
   * @throws FlintException POLICY if it would be longer than the limit, or its tables than 32 MiB;
   *     LOCAL_IO if a file of the host is no regular one any more
   */
  public RofsWriter(RofsTree tree, long limit) throws IOException {
    this.tree = tree;
    this.layout = new RofsLayout(tree, limit);
  }

  /** Bytes of the file system, a multiple of 512. */
  public long length() {
    return layout.length();
  }

  /**
   * Writes it. As a file of its own it is a disk that a guest mounts by {@code
   * --mount-fs=rofs,/dev/vblk1,/folder}. Nothing is forced to the device.
   *
   * @throws FlintException LOCAL_IO if a file is not what it was when this was made
   */
  public void write(WritableByteChannel target) throws IOException {
    RofsSink sink = new RofsSink(target);
    writeSuperblock(sink);
    List<RofsInode> files = layout.files();
    int at = 0;
    for (RofsArchive archive : tree.archives()) {
      at = writeArchive(archive, at, sink);
    }
    for (; at < files.size(); at++) {
      writeFile(files.get(at), sink);
    }
    writeTables(sink);
    sink.flush();
  }

  private void writeSuperblock(RofsSink sink) throws IOException {
    sink.putLong(Rofs.MAGIC);
    sink.putLong(Rofs.VERSION);
    sink.putLong(Rofs.BLOCK);
    sink.putLong(layout.structure());
    sink.putLong(layout.structureBlocks());
    sink.putLong(layout.names().size());
    sink.putLong(layout.links());
    sink.putLong(layout.inodes().size());
    sink.pad();
  }

  /** Writes the files of an archive, from the given one on; returns which comes next. */
  private int writeArchive(RofsArchive archive, int from, RofsSink sink) throws IOException {
    List<RofsInode> files = layout.files();
    int at = from;
    try (RofsArchive.Pass pass = archive.open()) {
      while (at < files.size()
          && files.get(at).node instanceof RofsNode.Member member
          && member.archive() == archive) {
        try (InputStream in = pass.file(member.number())) {
          sink.copy(in, member.size());
        }
        sink.pad();
        at++;
      }
    }
    return at;
  }

  private static void writeFile(RofsInode file, RofsSink sink) throws IOException {
    if (file.node instanceof RofsNode.Bytes bytes) {
      sink.put(bytes.content);
    } else if (file.node instanceof RofsNode.HostFile host) {
      writeHostFile(host.path(), file, sink);
    }
    sink.pad();
  }

  private static void writeHostFile(Path path, RofsInode file, RofsSink sink) throws IOException {
    // What took its place is neither followed nor awaited.
    requireSame(path, file);
    try (FileChannel in =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      if (!sink.copy(in, file.count)) {
        throw changed(path);
      }
    }
    requireSame(path, file);
  }

  private static void requireSame(Path path, RofsInode file) throws IOException {
    if (!FileLook.at(path).equals(file.look)) {
      throw changed(path);
    }
  }

  private static FlintException changed(Path path) {
    return new FlintException(
        ErrorCode.LOCAL_IO,
        path + " changed while it was read",
        "try again when nothing writes to it");
  }

  private void writeTables(RofsSink sink) throws IOException {
    for (int i = 0; i < layout.names().size(); i++) {
      sink.putLong(i + 2);
      writeText(layout.names().get(i), sink);
    }
    for (RofsInode inode : layout.inodes()) {
      if (inode.node instanceof RofsNode.Link link) {
        writeText(link.target(), sink);
      }
    }
    for (int i = 0; i < layout.inodes().size(); i++) {
      RofsInode inode = layout.inodes().get(i);
      sink.putLong(inode.mode());
      sink.putLong(i + 1);
      sink.putLong(inode.start);
      sink.putLong(inode.count);
    }
    sink.pad();
  }

  private static void writeText(String text, RofsSink sink) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sink.putShort(bytes.length);
    sink.put(bytes);
  }
}
