package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts a folder of the host into a {@link RofsTree}. Nothing outside of the folder gets in: a link
 * that leaves it is refused, as are devices, sockets and pipes.
 */
public final class RofsFolder {
  /** What becomes of the folder's symbolic links. */
  public enum Links {
    /** They stay links; their targets are written relative to where the link is. */
    KEEP,
    /**
     * The folder is a guest's root: absolute targets start there, and nothing is looked up on the
     * host, so that they may lead to what only the guest has.
     */
    ROOT,
    /**
     * They become what they lead to. Names that start with {@code ..} are left out: Kubernetes
     * keeps the versions of a volume's files there and leads to them by links.
     */
    FOLLOW
  }

  /** A folder still to be put, and the one it was found in. */
  private record Pending(Path folder, String path, @Nullable Pending parent) {
    boolean isIn(Path real) {
      for (Pending at = this; at != null; at = at.parent) {
        if (at.folder.equals(real)) {
          return true;
        }
      }
      return false;
    }
  }

  private final RofsTree tree;
  private final Path root;
  private final Links links;
  private final Predicate<String> ignored;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  private RofsFolder(RofsTree tree, Path root, Links links, Predicate<String> ignored) {
    this.tree = tree;
    this.root = root;
    this.links = links;
    this.ignored = ignored;
  }

  /**
   * Adds what is in a folder. Files are read only when the disk is written.
   *
   * @param path where in the tree, empty for its root
   * @throws FlintException POLICY for a link that leads out of the folder or nowhere, or a name
   *     that a guest cannot have, UNSUPPORTED for what is neither file, folder nor link
   */
  public static void add(RofsTree tree, String path, Path folder, Links links) throws IOException {
    add(tree, path, folder, links, ignored -> false);
  }

  /**
   * Adds what is in a folder but for some of it.
   *
   * @param ignored what is left out, by its path in the tree; of a folder all that is in it
   * @throws FlintException as {@link #add(RofsTree, String, Path, Links)}
   */
  public static void add(
      RofsTree tree, String path, Path folder, Links links, Predicate<String> ignored)
      throws IOException {
    RofsFolder work = new RofsFolder(tree, folder.toRealPath(), links, ignored);
    work.pending.push(new Pending(work.root, path, null));
    while (!work.pending.isEmpty()) {
      work.addFolder(work.pending.pop());
    }
  }

  private void addFolder(Pending from) throws IOException {
    tree.folder(from.path);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(from.folder)) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        String path = from.path.isEmpty() ? name : from.path + "/" + name;
        if (!(links == Links.FOLLOW && name.startsWith("..")) && !ignored.test(path)) {
          addChild(from, child, path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void addChild(Pending from, Path child, String path) throws IOException {
    BasicFileAttributes attributes = attributes(child);
    if (!attributes.isSymbolicLink()) {
      addReal(from, child, path, attributes);
      return;
    }
    if (links == Links.ROOT) {
      tree.link(path, GuestLink.target(path, Files.readSymbolicLink(child).toString()));
      return;
    }
    Path real = inside(child);
    if (links == Links.KEEP) {
      String target = from.folder.relativize(real).toString();
      tree.link(path, target.isEmpty() ? "." : target);
    } else if (from.isIn(real)) {
      throw refused(child, "it leads to a folder that it is in");
    } else {
      addReal(from, real, path, attributes(real));
    }
  }

  private void addReal(Pending from, Path real, String path, BasicFileAttributes attributes)
      throws IOException {
    if (attributes.isDirectory()) {
      pending.push(new Pending(real, path, from));
    } else if (attributes.isRegularFile()) {
      tree.file(path, real);
    } else {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, real + " is neither a file, a folder nor a link");
    }
  }

  /** Where a link leads at last. */
  private Path inside(Path link) throws IOException {
    Path real;
    try {
      real = link.toRealPath();
    } catch (IOException e) {
      throw refused(link, "it leads nowhere");
    }
    if (!real.startsWith(root)) {
      throw refused(link, "it leads out of " + root);
    }
    return real;
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static FlintException refused(Path link, String why) {
    return new FlintException(ErrorCode.POLICY, "refused the link " + link + ": " + why);
  }
}
