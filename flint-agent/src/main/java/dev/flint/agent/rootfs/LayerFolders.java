package dev.flint.agent.rootfs;

import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.AtomicFile;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.PatientLock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Unpacked layers, one folder each, named by the digest of its tar (diff id): images share them.
 * What has its name is whole and verified; a layer in the making has another, and is held by a lock
 * that goes with its process. Only root may look inside, as programs with set-user-id bits lie
 * here. Thread-safe, also among processes.
 */
public final class LayerFolders {
  /** For another process that unpacks the same layer. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String UNFINISHED = ".unfinished";

  private final Path folder;

  /**
   * The folders below a path.
   *
   * @param folder on a file system that overlayfs takes for lower folders: ext4, xfs, btrfs
   */
  public LayerFolders(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpacks the layers of an image that are not there yet. The layout must be {@linkplain
   * OciLayout#use() in use} meanwhile.
   *
   * @param maxBytes the most one layer may unpack to
   * @return the image's folders, base first; one that comes twice only where it is uppermost
   * @throws FlintException INTEGRITY if a layer is damaged, POLICY if it is unsafe or over a limit
   */
  public PreparedImage.Layers unpack(
      OciLayout layout, Manifest manifest, ImageConfig config, long maxBytes) throws IOException {
    List<Descriptor> layers = manifest.layers();
    List<Digest> diffIds = config.diffIds();
    if (layers.size() != diffIds.size()) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          "the image has " + layers.size() + " layers and " + diffIds.size() + " diff_ids");
    }
    List<Path> folders = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Path layer = unpack(layout, layers.get(i), diffIds.get(i), maxBytes);
      // Overlayfs takes no folder twice, and the upper one says all that the lower does.
      folders.remove(layer);
      folders.add(layer);
    }
    return new PreparedImage.Layers(folders);
  }

  /** Where a layer is, or would be. */
  public Path path(Digest diffId) {
    return folder.resolve(diffId.algorithm()).resolve(diffId.encoded());
  }

  private Path unpack(OciLayout layout, Descriptor layer, Digest diffId, long maxBytes)
      throws IOException {
    Path target = path(diffId);
    if (isThere(target)) {
      return target;
    }
    if (!layer.mediaType().isTarLayer()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "cannot unpack a layer of type " + layer.mediaType());
    }
    try (FileChannel held = lock(diffId)) {
      if (!isThere(target)) {
        Path unfinished = unfinished(diffId);
        FolderTree.delete(unfinished);
        Files.createDirectory(unfinished);
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
          fill(layout, layer, diffId, maxBytes, unfinished);
          AtomicFile.publish(unfinished, target);
        } finally {
          FolderTree.delete(unfinished);
        }
      }
    }
    return target;
  }

  private static void fill(
      OciLayout layout, Descriptor layer, Digest diffId, long maxBytes, Path unfinished)
      throws IOException {
    Libc libc = Libc.bind();
    try (InputStream blob = layout.require(layer).openVerified()) {
      LayerUnpack.unpack(blob, diffId, unfinished, libc, maxBytes);
      // What follows the tar is of no matter to it, but to the blob's digest.
      blob.skip(Long.MAX_VALUE);
    } catch (IntegrityException e) {
      // Either the image lies, or our copy of it has suffered; only the latter can be mended.
      if (layout.discardIfDamaged(layer)) {
        throw new IntegrityException(
            "blob " + layer.digest() + " is damaged in the local store and was removed from it",
            "pull the image again");
      }
      throw e;
    }
    libc.flushFileSystem(unfinished);
  }

  /**
   * Deletes a layer that no container uses.
   *
   * @return whether it was there
   */
  public boolean delete(Digest diffId) throws IOException {
    Path target = path(diffId);
    if (!isThere(target)) {
      return false;
    }
    try (FileChannel held = lock(diffId)) {
      Path unfinished = unfinished(diffId);
      FolderTree.delete(unfinished);
      boolean there = isThere(target);
      if (there) {
        AtomicFile.publish(target, unfinished);
        FolderTree.delete(unfinished);
      }
      return there;
    }
  }

  /** Layers in the making; of those nobody works on, whoever did was killed. */
  public List<Path> unfinished() throws IOException {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> algorithms = Files.newDirectoryStream(folder)) {
      for (Path algorithm : algorithms) {
        try (DirectoryStream<Path> layers =
            Files.newDirectoryStream(algorithm, ".*" + UNFINISHED)) {
          layers.forEach(found::add);
        }
      }
    }
    return found;
  }

  /**
   * Deletes a layer in the making, unless somebody works on it.
   *
   * @return whether nobody did
   */
  public static boolean deleteUnfinished(Path unfinished) throws IOException {
    String name = String.valueOf(unfinished.getFileName());
    Path lock =
        unfinished.resolveSibling(name.substring(0, name.length() - UNFINISHED.length()) + ".lock");
    try (FileChannel channel =
        FileChannel.open(
            lock, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS)) {
      if (PatientLock.acquire(channel, Duration.ZERO).isEmpty()) {
        return false;
      }
      FolderTree.delete(unfinished);
      return true;
    }
  }

  private Path unfinished(Digest diffId) {
    return path(diffId).resolveSibling("." + diffId.encoded() + UNFINISHED);
  }

  private static boolean isThere(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Closing the channel gives the lock up. */
  private FileChannel lock(Digest diffId) throws IOException {
    Files.createDirectories(path(diffId).resolveSibling("."));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    Path file = path(diffId).resolveSibling("." + diffId.encoded() + ".lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);
    boolean locked = false;
    try {
      Optional<FileLock> lock = PatientLock.acquire(channel, PATIENCE);
      if (lock.isEmpty()) {
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            "another process has been unpacking layer "
                + diffId
                + " for "
                + PATIENCE.toMinutes()
                + " minutes");
      }
      locked = true;
      return channel;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }
}
