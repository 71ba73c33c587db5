package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ROFS file system shall hold: folders, regular files and symbolic links, for {@link
 * RofsWriter}. Paths are relative to its root, with {@code /} between their names; folders on the
 * way are made. Not for use by several threads.
 */
public final class RofsTree {
  /** The most bytes of a name in UTF-8, OSv's NAME_MAX. */
  public static final int MAX_NAME = 255;

  /** The most bytes of a path below the root, and of a link's target. */
  public static final int MAX_PATH = 1023;

  /** The most entries; the guest keeps them all in memory. */
  public static final int MAX_ENTRIES = 1 << 18;

  private final boolean layered;
  private final RofsNode.Folder root = new RofsNode.Folder();
  private final RelativeLinks links = new RelativeLinks(root);
  private final List<RofsArchive> archives = new ArrayList<>();
  private int entries;

  /** An empty tree in which no path may be added twice. */
  public RofsTree() {
    this(false);
  }

  private RofsTree(boolean layered) {
    this.layered = layered;
  }

  /**
   * An empty tree in which a file or a link takes the place of an earlier one of its path. What is
   * a folder stays one, and a link to a folder beside it is a way there.
   */
  public static RofsTree layered() {
    return new RofsTree(true);
  }

  /**
   * Adds an empty folder, or does nothing if it is there.
   *
   * @param path empty for the root
   * @throws FlintException POLICY if the path is none that a guest could have, or is taken by
   *     something else
   */
  public void folder(String path) throws FlintException {
    if (!path.isEmpty()) {
      checkLength(path);
      reach(followed(path));
    }
  }

  /**
   * Adds a regular file with this content.
   *
   * @throws FlintException as {@link #folder}
   */
  public void file(String path, byte[] content) throws FlintException {
    put(path, new RofsNode.Bytes(content.clone()));
  }

  /**
   * Adds a regular file with the content that a file of the host has when the disk is written.
   *
   * @throws FlintException as {@link #folder}
   */
  public void file(String path, Path content) throws FlintException {
    put(path, new RofsNode.HostFile(content));
  }

  /**
   * Adds a regular file of an archive.
   *
   * @param number of the file in the archive
   * @param size of its content in bytes
   * @throws FlintException as {@link #folder}
   */
  public void file(String path, RofsArchive archive, int number, long size) throws FlintException {
    put(path, new RofsNode.Member(archive, number, size));
    if (!archives.contains(archive)) {
      archives.add(archive);
    }
  }

  /**
   * Adds a symbolic link; where it leads is the guest's matter.
   *
   * @throws FlintException as {@link #folder}, also if the target is empty or too long
   */
  public void link(String path, String target) throws FlintException {
    int length = target.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_PATH || target.indexOf('\0') >= 0) {
      throw refused(path, "its target is empty, too long or no text");
    }
    put(path, new RofsNode.Link(target));
  }

  /** Whether there is a regular file or a link of that path. */
  public boolean hasFile(String path) {
    @Nullable RofsNode at = root;
    for (String name : path.split("/", -1)) {
      at = at instanceof RofsNode.Folder folder ? folder.children().get(name) : null;
    }
    return at != null && !(at instanceof RofsNode.Folder);
  }

  RofsNode.Folder root() {
    return root;
  }

  /** In the order in which they were added. */
  List<RofsArchive> archives() {
    return archives;
  }

  private void put(String path, RofsNode node) throws FlintException {
    int slash = path.lastIndexOf('/');
    checkLength(path);
    String name = name(path, path.substring(slash + 1));
    RofsNode.Folder parent = root;
    if (slash >= 0) {
      String folder = followed(path.substring(0, slash));
      checkLength(folder + "/" + name);
      parent = reach(folder);
    }
    RofsNode earlier = parent.children().get(name);
    if (earlier == null) {
      count(path);
    } else if (!layered) {
      throw refused(path, "there are two of that name");
    } else if (earlier instanceof RofsNode.Folder) {
      throw refused(path, "it is a folder too");
    }
    parent.children().put(name, node);
  }

  private String followed(String folder) {
    return layered ? links.followed(folder) : folder;
  }

  /** A folder, which is made if need be. */
  private RofsNode.Folder reach(String path) throws FlintException {
    checkLength(path);
    RofsNode.Folder at = root;
    for (String name : path.split("/", -1)) {
      at = enter(at, name(path, name), path);
    }
    return at;
  }

  private RofsNode.Folder enter(RofsNode.Folder parent, String name, String path)
      throws FlintException {
    RofsNode child = parent.children().get(name);
    if (child == null) {
      RofsNode.Folder made = new RofsNode.Folder();
      parent.children().put(name, made);
      count(path);
      return made;
    }
    if (child instanceof RofsNode.Folder folder) {
      return folder;
    }
    throw refused(path, name + " is no folder");
  }

  private void count(String path) throws FlintException {
    entries++;
    if (entries > MAX_ENTRIES) {
      throw refused(path, "there are more than " + MAX_ENTRIES + " entries");
    }
  }

  private static String name(String path, String name) throws FlintException {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw refused(path, "it has the name \"" + name + "\" in it");
    }
    // A name that could not be decoded or encoded would become another one.
    if (name.indexOf('\0') >= 0
        || name.indexOf('\ufffd') >= 0
        || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw refused(path, "a name is not UTF-8 or has a NUL in it");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
      throw refused(path, "a name is longer than " + MAX_NAME + " bytes");
    }
    return name;
  }

  private static void checkLength(String path) throws FlintException {
    if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH) {
      throw refused(path, "the path is longer than " + MAX_PATH + " bytes");
    }
  }

  private static FlintException refused(String path, String why) {
    return new FlintException(
        ErrorCode.POLICY, "refused to put \"" + path + "\" on a disk: " + why);
  }
}
