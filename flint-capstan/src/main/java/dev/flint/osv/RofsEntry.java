package dev.flint.osv;

/**
 * A thing in a ROFS file system.
 *
 * @param path from the root, without a leading slash; empty for the root itself
 * @param inode its number
 * @param size bytes of a file, entries of a folder, bytes of a link's target
 * @param target of a link, else empty
 */
public record RofsEntry(String path, Kind kind, long inode, long size, String target) {
  /** What an entry is. */
  public enum Kind {
    /** A folder. */
    FOLDER,
    /** A regular file. */
    FILE,
    /** A symbolic link. */
    LINK
  }
}
