package dev.flint.agent.pod.launch;

import dev.flint.agent.instance.FolderTree;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A folder of files that change all at once, also for who has it mounted: the files lie in a folder
 * {@code ..DIGEST}, the link {@code ..data} leads there, and each name is a link through it. That
 * is how the kubelet does it, and programs that watch their configuration know it. All links are
 * relative, so they hold in a container too.
 */
final class AtomicFolder {
  private static final String DATA = "..data";
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OTHERS_EXECUTE,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_READ
  };

  private final Path root;
  private final VolumeOwner owner;

  /**
   * @param root nobody but Flint may write in it
   * @param owner of what is in it
   */
  AtomicFolder(Path root, VolumeOwner owner) {
    this.root = root;
    this.owner = owner;
  }

  /**
   * Makes the folder have these files and no others.
   *
   * @return whether anything changed
   */
  boolean write(FileSet files) throws IOException {
    Files.createDirectories(root);
    folder(root);
    Path data = root.resolve(DATA);
    Path target = root.resolve(".." + files.print());
    boolean changed =
        !Files.isSymbolicLink(data)
            || !Files.readSymbolicLink(data).equals(target.getFileName())
            || !Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
    if (changed) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        FolderTree.delete(target);
      }
      fill(target, files);
      Path next = root.resolve("..data_tmp");
      Files.deleteIfExists(next);
      Files.createSymbolicLink(next, root.relativize(target));
      Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(root);
    }
    // Also if nothing changed: the last one to do this may have been killed here.
    link(files);
    sweep(target);
    return changed;
  }

  private void folder(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, permissions(0755));
    owner.giveFolder(folder, false);
  }

  private void fill(Path target, FileSet files) throws IOException {
    Files.createDirectory(target);
    Set<Path> folders = new HashSet<>();
    for (Map.Entry<String, FileSet.Content> entry : files.files().entrySet()) {
      Path file = target.resolve(entry.getKey()).normalize();
      if (!file.startsWith(target) || file.equals(target)) {
        throw new IllegalArgumentException("leaves its volume: " + entry.getKey());
      }
      for (Path up = file.getParent(); up != null && !up.equals(target); up = up.getParent()) {
        folders.add(up);
      }
      Path folder = file.resolveSibling("");
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        // Before there is anything in it to be read.
        Files.setPosixFilePermissions(file, permissions(entry.getValue().mode()));
        owner.giveFile(file, entry.getValue().owner());
        ByteBuffer bytes = ByteBuffer.wrap(entry.getValue().bytes());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
    }
    for (Path folder : folders) {
      folder(folder);
      AtomicFile.syncFolder(folder);
    }
    folder(target);
    AtomicFile.syncFolder(target);
  }

  private void link(FileSet files) throws IOException {
    Set<String> names = new HashSet<>();
    for (String path : files.files().keySet()) {
      names.add(Path.of(path).normalize().getName(0).toString());
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.startsWith("..") && !names.remove(name)) {
          FolderTree.delete(entry);
        }
      }
    }
    for (String name : names) {
      Files.createSymbolicLink(root.resolve(name), Path.of(DATA, name));
    }
  }

  private void sweep(Path target) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "..*")) {
      for (Path entry : entries) {
        if (!entry.endsWith(DATA) && !entry.equals(target)) {
          FolderTree.delete(entry);
        }
      }
    }
  }

  static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> out = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.length; i++) {
      if ((mode & (1 << i)) != 0) {
        out.add(BITS[i]);
      }
    }
    return out;
  }
}
