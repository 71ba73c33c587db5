package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The structure area of a ROFS file system: entries, links and inodes one after the other. That all
 * of them are inside the area is checked once, what they say when it is asked for.
 */
final class RofsTables {
  /** The most bytes of a structure area that is written or read: that of some 250,000 files. */
  static final int MAX_BYTES = 32 << 20;

  private final ByteBuffer area;
  private final int[] entries;
  private final int[] links;
  private final int inodes;
  private final int inodesAt;

  RofsTables(ByteBuffer area, long entries, long links, long inodes) throws FlintException {
    this.area = area.order(ByteOrder.LITTLE_ENDIAN);
    // Each count is bounded before it becomes the size of an array.
    this.entries = new int[count(entries, Rofs.ENTRY)];
    this.links = new int[count(links, Short.BYTES)];
    this.inodes = count(inodes, Rofs.INODE);
    int at = 0;
    for (int i = 0; i < this.entries.length; i++) {
      this.entries[i] = at;
      at = skipText(at + Long.BYTES);
    }
    for (int i = 0; i < this.links.length; i++) {
      this.links[i] = at;
      at = skipText(at);
    }
    this.inodesAt = at;
    if ((long) this.inodes * Rofs.INODE > area.capacity() - at) {
      throw damaged("its inodes end outside of the structure area");
    }
  }

  private int count(long count, int size) throws FlintException {
    if (count < 0 || count > area.capacity() / size) {
      throw damaged("more entries, links or inodes than fit into the structure area");
    }
    return (int) count;
  }

  private int skipText(int at) throws FlintException {
    if (at > area.capacity() - Short.BYTES) {
      throw damaged("a name ends outside of the structure area");
    }
    // The next check, or that of the inodes, finds a text that ends outside.
    return at + Short.BYTES + Short.toUnsignedInt(area.getShort(at));
  }

  int inodes() {
    return inodes;
  }

  int entries() {
    return entries.length;
  }

  long mode(long inode) throws FlintException {
    return field(inode, 0);
  }

  long start(long inode) throws FlintException {
    return field(inode, 2);
  }

  long size(long inode) throws FlintException {
    return field(inode, 3);
  }

  private long field(long inode, int number) throws FlintException {
    if (inode < 1 || inode > inodes) {
      throw damaged("there is no inode " + Long.toUnsignedString(inode));
    }
    int at = inodesAt + (int) (inode - 1) * Rofs.INODE;
    if (area.getLong(at + Long.BYTES) != inode) {
      throw damaged("inode " + inode + " has another number");
    }
    return area.getLong(at + number * Long.BYTES);
  }

  long entryInode(int entry) {
    return area.getLong(entries[entry]);
  }

  /** The name of an entry, which is one that a folder can have. */
  String entryName(int entry) throws FlintException {
    String name = text(entries[entry] + Long.BYTES);
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.length() > RofsTree.MAX_NAME) {
      throw damaged("the name \"" + name + "\" in a folder");
    }
    return name;
  }

  String link(long number) throws FlintException {
    if (number < 0 || number >= links.length) {
      throw damaged("there is no link " + Long.toUnsignedString(number));
    }
    return text(links[(int) number]);
  }

  private String text(int at) throws FlintException {
    int length = Short.toUnsignedInt(area.getShort(at));
    if (length > area.capacity() - at - Short.BYTES) {
      throw damaged("a name ends outside of the structure area");
    }
    try {
      ByteBuffer bytes = area.slice(at + Short.BYTES, length);
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException e) {
      // Told below.
    }
    throw new FlintException(
        ErrorCode.UNSUPPORTED, "unsupported ROFS file system: a name is not UTF-8 or has a NUL");
  }

  static IntegrityException damaged(String why) {
    return new IntegrityException("damaged ROFS file system: " + why);
  }
}
