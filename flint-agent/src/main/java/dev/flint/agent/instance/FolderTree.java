package dev.flint.agent.instance;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * Deletes a folder with all that is in it, which may have been made by somebody hostile: links are
 * not followed, and folders deeper than a path is long are not in the way, as each is moved up
 * before it is emptied.
 */
public final class FolderTree {
  private static final String MOVED = ".flint-deleted-";

  private final SecureDirectoryStream<Path> root;
  private int moved;

  private FolderTree(SecureDirectoryStream<Path> root) {
    this.root = root;
  }

  /**
   * Deletes a folder, if it is there; the file systems mounted in it must be gone. A link or a file
   * in its place is deleted as what it is.
   */
  public static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(folder);
      return;
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
        throw new IOException("this system cannot delete a folder safely: " + folder);
      }
      FolderTree tree = new FolderTree(secure);
      while (tree.emptyOnce()) {
        // Until nothing was moved up.
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (DirectoryIteratorException e) {
      // By the device, say; nobody else expects it to be unchecked.
      throw e.getCause();
    }
    Files.deleteIfExists(folder);
  }

  /** Deletes what is there; returns whether there may be more. */
  private boolean emptyOnce() throws IOException {
    boolean any = false;
    try (SecureDirectoryStream<Path> entries = open(root, Path.of("."))) {
      for (Path entry : entries) {
        any = true;
        Path name = entry.getFileName();
        if (isFolder(root, name)) {
          emptyByMoving(name);
          root.deleteDirectory(name);
        } else {
          root.deleteFile(name);
        }
      }
    }
    return any;
  }

  private void emptyByMoving(Path folder) throws IOException {
    try (SecureDirectoryStream<Path> entries = open(root, folder)) {
      for (Path entry : entries) {
        Path name = entry.getFileName();
        if (isFolder(entries, name)) {
          entries.move(name, root, unusedName());
        } else {
          entries.deleteFile(name);
        }
      }
    }
  }

  /** A name of an earlier attempt may still be there. */
  private Path unusedName() throws IOException {
    while (true) {
      Path name = Path.of(MOVED + moved++);
      try {
        attributes(root, name).readAttributes();
      } catch (NoSuchFileException e) {
        return name;
      }
    }
  }

  private static boolean isFolder(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return attributes(parent, name).readAttributes().isDirectory();
  }

  private static BasicFileAttributeView attributes(SecureDirectoryStream<Path> parent, Path name) {
    return parent.getFileAttributeView(
        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }
}
