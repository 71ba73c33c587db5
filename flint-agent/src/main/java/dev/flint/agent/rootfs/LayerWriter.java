package dev.flint.agent.rootfs;

import dev.flint.agent.instance.FolderTree;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.TarNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.Nullable;

/**
 * Puts the entries of a layer into an empty folder, in the form overlayfs has for a folder that is
 * laid over others (kernel.org, overlayfs, "whiteouts and opaque directories"): what is hidden is a
 * character device 0/0, a folder that hides the one below has an attribute. Confined to one thread.
 */
final class LayerWriter {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final String OPAQUE_ATTRIBUTE = "trusted.overlay.opaque";
  private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);
  private static final int MODE_BITS = 07777;
  private static final int FOLDER_MODE = 0755;
  private static final int BUFFER = 128 * 1024;

  private final Path root;
  private final Libc libc;
  private final LayerPaths paths;
  private final long maxBytes;
  private final byte[] buffer = new byte[BUFFER];
  private long written;

  /** Times of folders, which change as long as something is put into them. */
  private final Map<Path, FileTime> folderTimes = new LinkedHashMap<>();

  /**
   * A writer into a folder.
   *
   * @param maxBytes the most that files may have in all; holes count
   */
  LayerWriter(Path root, Libc libc, long maxBytes) {
    this.root = root;
    this.libc = libc;
    this.maxBytes = maxBytes;
    this.paths = new LayerPaths(root, this::makeParent);
  }

  /**
   * Takes one entry.
   *
   * @param content of a regular file
   * @param attributes extended ones
   */
  void add(TarArchiveEntry entry, InputStream content, Map<String, byte[]> attributes)
      throws IOException {
    Path path = paths.resolve(entry.getName());
    if (path.equals(root)) {
      if (entry.isDirectory()) {
        describe(path, entry, attributes);
      }
      return;
    }
    String name = path.getFileName().toString();
    if (name.startsWith(WHITEOUT)) {
      hide(path, name);
      return;
    }
    boolean hides = clear(path, entry.isDirectory());
    make(path, entry, content);
    if (hides && entry.isDirectory()) {
      setOpaque(path);
    }
    if (!entry.isLink()) {
      describe(path, entry, attributes);
    }
  }

  private void hide(Path path, String name) throws IOException {
    if (name.equals(OPAQUE)) {
      setOpaque(path.resolveSibling(".").normalize());
      return;
    }
    if (name.startsWith(WHITEOUT + WHITEOUT)) {
      // What aufs kept for itself.
      return;
    }
    String hidden = name.substring(WHITEOUT.length());
    if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
      throw new FlintException(
          ErrorCode.POLICY, "the layer holds \"" + name + "\", which hides nothing there can be");
    }
    Path target = path.resolveSibling(hidden);
    BasicFileAttributes present = LayerPaths.attributes(target);
    if (present == null) {
      libc.makeNode(target, Libc.CHARACTER, 0, 0);
    } else if (present.isDirectory()) {
      // The layer's own stays, whichever of the two came first.
      setOpaque(target);
    }
  }

  private void setOpaque(Path folder) throws IOException {
    if (!libc.tryAttribute(folder, OPAQUE_ATTRIBUTE, YES)) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "the file system of " + root + " has no extended attributes, which containers need",
          "put Flint's state on ext4, xfs or btrfs");
    }
  }

  /** Makes room for an entry; returns whether there was a whiteout. */
  private boolean clear(Path path, boolean forFolder) throws IOException {
    BasicFileAttributes present = LayerPaths.attributes(path);
    if (present == null) {
      return false;
    }
    if (present.isDirectory()) {
      if (!forFolder) {
        FolderTree.delete(path);
        folderTimes.keySet().removeIf(folder -> folder.startsWith(path));
      }
      return false;
    }
    boolean whiteout = isWhiteout(path, present);
    Files.delete(path);
    return whiteout;
  }

  private static boolean isWhiteout(Path path, BasicFileAttributes attributes) throws IOException {
    return attributes.isOther()
        && Files.getAttribute(path, "unix:rdev", LinkOption.NOFOLLOW_LINKS).equals(0L);
  }

  /** A folder that the layer does not describe, or describes later. */
  private void makeParent(Path path, @Nullable BasicFileAttributes present) throws IOException {
    boolean hides = present != null && isWhiteout(path, present);
    if (present != null) {
      Files.delete(path);
    }
    makeFolder(path);
    if (hides) {
      setOpaque(path);
    }
  }

  private static void makeFolder(Path path) throws IOException {
    Files.createDirectory(path);
    Files.setAttribute(path, "unix:mode", FOLDER_MODE);
  }

  private void make(Path path, TarArchiveEntry entry, InputStream content) throws IOException {
    if (entry.isDirectory()) {
      if (LayerPaths.attributes(path) == null) {
        makeFolder(path);
      }
    } else if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      link(path, entry);
    } else if (entry.isFIFO()) {
      libc.makeNode(path, Libc.FIFO | 0600, 0, 0);
    } else if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      int type = entry.isBlockDevice() ? Libc.BLOCK : Libc.CHARACTER;
      libc.makeNode(path, type | 0600, entry.getDevMajor(), entry.getDevMinor());
    } else {
      // Also of a type nobody knows, as POSIX has it.
      write(path, content);
    }
  }

  private void link(Path path, TarArchiveEntry entry) throws IOException {
    Path target = paths.resolve(entry.getLinkName());
    BasicFileAttributes attributes = LayerPaths.attributes(target);
    if (attributes == null || attributes.isDirectory()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "the layer links \""
              + TarNames.shorten(entry.getName())
              + "\" to \""
              + TarNames.shorten(entry.getLinkName())
              + "\", which is no file in it");
    }
    Files.createLink(path, target);
  }

  private void write(Path path, InputStream content) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
        written += n;
        if (written > maxBytes) {
          throw new FlintException(
              ErrorCode.POLICY,
              "the layer's files have more than the limit of " + maxBytes + " bytes",
              "if you trust the image, raise the limit with --max-size");
        }
        out.write(buffer, 0, n);
      }
    }
  }

  /** Owner first: a change of it takes the set-user-id bit and capabilities away. */
  private void describe(Path path, TarArchiveEntry entry, Map<String, byte[]> attributes)
      throws IOException {
    Files.setAttribute(path, "unix:uid", id(entry.getLongUserId()), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", id(entry.getLongGroupId()), LinkOption.NOFOLLOW_LINKS);
    if (!entry.isSymbolicLink()) {
      // It is no link; told to follow none, the JDK would open it, and wait at a FIFO.
      Files.setAttribute(path, "unix:mode", entry.getMode() & MODE_BITS);
    }
    // The kernel has programs' own attributes for files and folders only.
    boolean hasContent =
        !entry.isSymbolicLink()
            && !entry.isFIFO()
            && !entry.isCharacterDevice()
            && !entry.isBlockDevice();
    for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
      if (hasContent || !attribute.getKey().startsWith("user.")) {
        libc.tryAttribute(path, attribute.getKey(), attribute.getValue());
      }
    }
    FileTime time = entry.getLastModifiedTime();
    if (entry.isDirectory()) {
      folderTimes.put(path, time);
    } else {
      libc.changeTime(path, time);
    }
  }

  private static int id(long id) throws FlintException {
    if (id < 0 || id > Integer.MAX_VALUE) {
      throw new FlintException(ErrorCode.POLICY, "the layer has the owner " + id);
    }
    return (int) id;
  }

  /** Ends the layer: nothing is put into its folders any more. */
  void finish() throws IOException {
    for (Map.Entry<Path, FileTime> folder : folderTimes.entrySet()) {
      libc.changeTime(folder.getKey(), folder.getValue());
    }
  }
}
