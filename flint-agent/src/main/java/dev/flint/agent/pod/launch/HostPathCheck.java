package dev.flint.agent.pod.launch;

import dev.flint.agent.pod.VolumeSpec.HostPath;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the host has what a hostPath volume wants (Kubernetes, "hostPath volume types"). */
final class HostPathCheck {
  private static final int TYPE = 0170000;
  private static final int CHAR_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int SOCKET = 0140000;

  private HostPathCheck() {}

  /**
   * Makes what the type says is to be made, and checks the rest. Links are followed: the path is
   * the pod's author's, who chooses freely anyway.
   *
   * @throws FlintException NOT_FOUND if nothing is there, POLICY if it is something else
   */
  static Path check(HostPath volume, String pod) throws IOException {
    Path path = Path.of(volume.path());
    switch (volume.type()) {
      case DIRECTORY_OR_CREATE -> {
        if (!Files.exists(path)) {
          Files.createDirectories(path);
          Files.setPosixFilePermissions(path, AtomicFolder.permissions(0755));
        }
      }
      case FILE_OR_CREATE -> {
        try {
          Files.createFile(path);
          Files.setPosixFilePermissions(path, AtomicFolder.permissions(0644));
        } catch (FileAlreadyExistsException e) {
          // Then it is checked.
        }
      }
      default -> {}
    }
    if (!Files.exists(path)) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "pod " + pod + ": volume " + volume.name() + ": there is no " + path + " on this host");
    }
    if (!isRight(path, volume.type())) {
      throw new FlintException(
          ErrorCode.POLICY,
          "pod "
              + pod
              + ": volume "
              + volume.name()
              + ": "
              + path
              + " is not "
              + wanted(volume.type()));
    }
    return path;
  }

  private static boolean isRight(Path path, HostPath.Type type) throws IOException {
    return switch (type) {
      case UNSET -> true;
      case DIRECTORY, DIRECTORY_OR_CREATE -> Files.isDirectory(path);
      case FILE, FILE_OR_CREATE -> Files.isRegularFile(path);
      case SOCKET -> kind(path) == SOCKET;
      case CHAR_DEVICE -> kind(path) == CHAR_DEVICE;
      case BLOCK_DEVICE -> kind(path) == BLOCK_DEVICE;
    };
  }

  private static int kind(Path path) throws IOException {
    return Files.getAttribute(path, "unix:mode") instanceof Integer mode ? mode & TYPE : 0;
  }

  private static String wanted(HostPath.Type type) {
    return switch (type) {
      case UNSET -> "there";
      case DIRECTORY, DIRECTORY_OR_CREATE -> "a folder";
      case FILE, FILE_OR_CREATE -> "a file";
      case SOCKET -> "a socket";
      case CHAR_DEVICE -> "a character device";
      case BLOCK_DEVICE -> "a block device";
    };
  }
}
