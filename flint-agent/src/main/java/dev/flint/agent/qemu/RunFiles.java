package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.RofsTree;
import dev.flint.osv.RofsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Makes and removes the files of a run. */
final class RunFiles {
  /** The most bytes of a folder that a guest gets a copy of. */
  private static final long MAX_COPY = 256L << 20;

  private static final int MAX_DEPTH = 32;

  private RunFiles() {}

  /**
   * Makes the disks that a plan names.
   *
   * @throws FlintException POLICY for a folder that is too large to be copied
   */
  static void make(QemuPlan plan) throws IOException {
    Overlay.write(plan.overlay());
    for (QemuPlan.Copy copy : plan.copies()) {
      RofsTree tree = new RofsTree();
      add(tree, copy.source(), "", 0);
      try (FileChannel disk =
          FileChannel.open(
              copy.file(),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        new RofsWriter(tree, MAX_COPY).write(disk);
      }
    }
  }

  private static void add(RofsTree tree, Path folder, String at, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new FlintException(
          ErrorCode.POLICY, folder + " is more than " + MAX_DEPTH + " folders deep");
    }
    tree.folder(at);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        String path = at.isEmpty() ? name : at + "/" + name;
        if (Files.isSymbolicLink(entry)) {
          tree.link(path, Files.readSymbolicLink(entry).toString());
        } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          add(tree, entry, path, depth + 1);
        } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          tree.file(path, entry);
        }
        // Sockets, pipes and devices mean nothing to a guest.
      }
    }
  }

  /** Removes them, and what else is in the folder of the run, and its sockets. */
  static void remove(QemuPlan plan) throws IOException {
    for (Path socket : List.of(plan.control(), plan.people())) {
      Files.deleteIfExists(socket);
    }
    for (QemuPlan.Share share : plan.shares()) {
      Files.deleteIfExists(share.socket());
    }
    if (!Files.isDirectory(plan.run(), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(plan.run())) {
      for (Path entry : entries) {
        // Nothing makes folders there.
        Files.deleteIfExists(entry);
      }
    }
    Files.deleteIfExists(plan.run());
  }
}
