package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Where everything of a {@link RofsTree} stands in the file system, known before a byte is written.
 *
 * <p>Folders are numbered before what is in them, level by level, so that the entries of a folder
 * stand side by side, as its inode wants them, and entry number n has inode n + 2. Contents come
 * archive by archive, in the order of each, then those of other files in the order of their inodes.
 */
final class RofsLayout {
  private final long limit;
  private final List<RofsInode> inodes = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<RofsInode> files = new ArrayList<>();
  private int links;
  private long tableBytes;
  private long structure = 1;

  /**
   * Lays a tree out. Files of the host are looked at for their sizes, and to know them again.
   *
   * @param limit the most bytes the file system may have
   * @throws FlintException POLICY if it would be longer than that, or its tables than what is read,
   *     LOCAL_IO if a file of the host is no regular one any more
   */
  RofsLayout(RofsTree tree, long limit) throws IOException {
    this.limit = limit;
    add(tree.root());
    for (int i = 0; i < inodes.size(); i++) {
      number(inodes.get(i));
    }
    if (!tree.archives().isEmpty()) {
      sortByArchive(tree.archives());
    }
    for (RofsInode file : files) {
      file.start = structure;
      // No sum of what is within the limit is near the end of a long.
      structure += file.count > limit ? limit : blocks(file.count);
      requireLimit();
    }
    requireLimit();
    if (tableBytes > RofsTables.MAX_BYTES) {
      throw new FlintException(
          ErrorCode.POLICY,
          "refused to write a file system with tables of " + tableBytes + " bytes",
          "give the guest fewer files, or shorter names");
    }
  }

  List<RofsInode> inodes() {
    return inodes;
  }

  /** The names of entries, in order. */
  List<String> names() {
    return names;
  }

  /** In the order of their contents. */
  List<RofsInode> files() {
    return files;
  }

  int links() {
    return links;
  }

  /** The first block of the tables. */
  long structure() {
    return structure;
  }

  /** Blocks of the tables. */
  long structureBlocks() {
    return blocks(tableBytes);
  }

  /** Bytes of all of it, a multiple of 512. */
  long length() {
    return (structure + structureBlocks()) * Rofs.BLOCK;
  }

  private void requireLimit() throws FlintException {
    if (structure > limit / Rofs.BLOCK || length() > limit) {
      throw new FlintException(
          ErrorCode.POLICY,
          "refused to write a file system of more than " + limit + " bytes",
          "give the guest fewer or smaller files");
    }
  }

  private void add(RofsNode node) {
    inodes.add(new RofsInode(node));
    tableBytes += Rofs.INODE;
  }

  private void number(RofsInode inode) throws IOException {
    if (inode.node instanceof RofsNode.Folder folder) {
      inode.start = names.size();
      inode.count = folder.children().size();
      for (Map.Entry<String, RofsNode> child : folder.children().entrySet()) {
        names.add(child.getKey());
        tableBytes += Rofs.ENTRY + child.getKey().getBytes(StandardCharsets.UTF_8).length;
        add(child.getValue());
      }
    } else if (inode.node instanceof RofsNode.Link link) {
      inode.start = links++;
      inode.count = 1;
      tableBytes += Short.BYTES + link.target().getBytes(StandardCharsets.UTF_8).length;
    } else {
      if (inode.node instanceof RofsNode.HostFile host) {
        FileLook look = FileLook.at(host.path());
        inode.look = look;
        inode.count = look.size();
      } else {
        inode.count = size(inode.node);
      }
      files.add(inode);
    }
  }

  private static long size(RofsNode file) {
    return file instanceof RofsNode.Bytes bytes
        ? bytes.content.length
        : ((RofsNode.Member) file).size();
  }

  private void sortByArchive(List<RofsArchive> archives) {
    files.sort(
        Comparator.comparingInt(
                (RofsInode file) ->
                    file.node instanceof RofsNode.Member member
                        ? archives.indexOf(member.archive())
                        : archives.size())
            .thenComparingInt(
                file -> file.node instanceof RofsNode.Member member ? member.number() : 0));
  }

  private static long blocks(long bytes) {
    return bytes / Rofs.BLOCK + (bytes % Rofs.BLOCK == 0 ? 0 : 1);
  }
}
