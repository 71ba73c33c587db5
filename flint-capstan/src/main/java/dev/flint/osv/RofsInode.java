package dev.flint.osv;

import org.jspecify.annotations.Nullable;

/** Something of a {@link RofsTree} and where {@link RofsLayout} puts it. */
final class RofsInode {
  final RofsNode node;

  /** Of a file its first block, of a folder its first entry, of a link its number. */
  long start;

  /** Bytes of a file, entries of a folder, 1 for a link. */
  long count;

  /** Of a file of the host what it was when it was laid out. */
  @Nullable FileLook look;

  RofsInode(RofsNode node) {
    this.node = node;
  }

  long mode() {
    if (node instanceof RofsNode.Folder) {
      return Rofs.FOLDER;
    }
    return node instanceof RofsNode.Link ? Rofs.LINK : Rofs.FILE;
  }
}
