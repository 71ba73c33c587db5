package dev.flint.osv;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** One thing in a {@link RofsTree}. */
sealed interface RofsNode {
  /**
   * A folder.
   *
   * @param children by name, in the order of the names
   */
  record Folder(Map<String, RofsNode> children) implements RofsNode {
    Folder() {
      this(new TreeMap<>());
    }
  }

  /** A regular file whose content is at hand. */
  final class Bytes implements RofsNode {
    final byte[] content;

    Bytes(byte[] content) {
      this.content = content;
    }
  }

  /** A regular file of the host, read when the disk is written. */
  record HostFile(Path path) implements RofsNode {}

  /**
   * A regular file of an archive, read when the disk is written.
   *
   * @param number of the file in the archive
   * @param size in bytes
   */
  record Member(RofsArchive archive, int number, long size) implements RofsNode {}

  /**
   * A symbolic link.
   *
   * @param target where it leads
   */
  record Link(String target) implements RofsNode {}
}
