package dev.flint.osv;

import dev.flint.oci.disk.GuestBytes;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.BitSet;

/**
 * Reads a ROFS file system on a guest's disk. Its bytes may be anybody's: every number is checked
 * against the disk, and an inode in two folders is refused, so that a walk ends. Not for use by
 * several threads.
 */
public final class RofsReader {
  private final GuestBytes disk;
  private final long base;
  private final RofsTables tables;

  /** Sees what a walk finds. */
  public interface Visitor {
    /** A thing below the root; a folder comes before what is in it. */
    void see(RofsEntry entry) throws IOException;
  }

  /** A folder still to be entered; siblings share the path of their parent. */
  private record Pending(String parent, String name, long inode) {}

  private RofsReader(GuestBytes disk, long base, RofsTables tables) {
    this.disk = disk;
    this.base = base;
    this.tables = tables;
  }

  /**
   * Opens the file system that starts at an offset of a disk.
   *
   * @throws FlintException UNSUPPORTED if there is none of the known kind, INTEGRITY if it is
   *     damaged, POLICY if its tables are over 32 MiB
   */
  public static RofsReader open(GuestBytes disk, long offset) throws IOException {
    byte[] block = new byte[Rofs.BLOCK];
    ByteBuffer superblock = little(block);
    if (disk.read(offset, block) < block.length || superblock.getLong(0) != Rofs.MAGIC) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "no ROFS file system at offset " + offset + " of the disk");
    }
    if (superblock.getLong(8) != Rofs.VERSION || superblock.getLong(16) != Rofs.BLOCK) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "unsupported ROFS file system: another version or block size");
    }
    long first = superblock.getLong(24);
    long count = superblock.getLong(32);
    long blocks = (disk.size() - offset) / Rofs.BLOCK;
    if (first < 1 || count < 1 || first > blocks || count > blocks - first) {
      throw RofsTables.damaged("its structure area is outside of the disk");
    }
    if (count > RofsTables.MAX_BYTES / Rofs.BLOCK) {
      throw new FlintException(
          ErrorCode.POLICY, "refused a ROFS file system with tables of " + count + " blocks");
    }
    byte[] area = new byte[(int) count * Rofs.BLOCK];
    if (disk.read(offset + first * Rofs.BLOCK, area) < area.length) {
      throw RofsTables.damaged("its structure area is outside of the disk");
    }
    RofsTables tables =
        new RofsTables(
            ByteBuffer.wrap(area),
            superblock.getLong(40),
            superblock.getLong(48),
            superblock.getLong(56));
    return new RofsReader(disk, offset, tables);
  }

  /**
   * Goes through all that can be reached from the root, folder by folder.
   *
   * @throws FlintException INTEGRITY if the file system is damaged where it is read
   */
  public void walk(Visitor visitor) throws IOException {
    BitSet seen = new BitSet();
    ArrayDeque<Pending> folders = new ArrayDeque<>();
    folders.push(new Pending("", "", 1));
    seen.set(1);
    while (!folders.isEmpty()) {
      Pending next = folders.pop();
      RofsEntry folder = entry(join(next.parent, next.name), next.inode);
      int first = firstEntry(folder);
      for (int i = first; i < first + folder.size(); i++) {
        String name = tables.entryName(i);
        RofsEntry child = entry(join(folder.path(), name), tables.entryInode(i));
        if (seen.get((int) child.inode())) {
          throw RofsTables.damaged("inode " + child.inode() + " is in two places");
        }
        seen.set((int) child.inode());
        visitor.see(child);
        if (child.kind() == RofsEntry.Kind.FOLDER) {
          folders.push(new Pending(folder.path(), name, child.inode()));
        }
      }
    }
  }

  private static String join(String parent, String name) {
    return parent.isEmpty() ? name : parent + "/" + name;
  }

  /**
   * The content of a file.
   *
   * @throws IllegalArgumentException if it is none
   * @throws FlintException INTEGRITY if it is not on the disk
   */
  public InputStream open(RofsEntry file) throws IOException {
    if (file.kind() != RofsEntry.Kind.FILE || tables.mode(file.inode()) != Rofs.FILE) {
      throw new IllegalArgumentException(file.path() + " is no file");
    }
    long start = tables.start(file.inode());
    long size = tables.size(file.inode());
    long blocks = (disk.size() - base) / Rofs.BLOCK;
    if (start < 1 || start > blocks || size < 0 || size > (blocks - start) * Rofs.BLOCK) {
      throw RofsTables.damaged("the content of " + file.path() + " is outside of the disk");
    }
    return new GuestStream(disk, base + start * Rofs.BLOCK, size);
  }

  private int firstEntry(RofsEntry folder) throws FlintException {
    long first = tables.start(folder.inode());
    if (first < 0 || first > tables.entries() || folder.size() > tables.entries() - first) {
      throw RofsTables.damaged("the entries of " + folder.path() + " do not exist");
    }
    return (int) first;
  }

  private RofsEntry entry(String path, long inode) throws FlintException {
    if (path.length() > RofsTree.MAX_PATH) {
      throw RofsTables.damaged("a path of more than " + RofsTree.MAX_PATH + " characters");
    }
    long mode = tables.mode(inode);
    long size = tables.size(inode);
    if (size < 0) {
      throw RofsTables.damaged("inode " + inode + " has a negative size");
    }
    if (mode == Rofs.LINK) {
      String target = tables.link(tables.start(inode));
      return new RofsEntry(path, RofsEntry.Kind.LINK, inode, target.length(), target);
    }
    if (mode == Rofs.FOLDER || mode == Rofs.FILE) {
      return new RofsEntry(
          path, mode == Rofs.FOLDER ? RofsEntry.Kind.FOLDER : RofsEntry.Kind.FILE, inode, size, "");
    }
    throw RofsTables.damaged("inode " + inode + " has mode " + Long.toHexString(mode));
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
