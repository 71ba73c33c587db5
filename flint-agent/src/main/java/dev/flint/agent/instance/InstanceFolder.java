package dev.flint.agent.instance;

import java.nio.file.Path;

/**
 * Where an instance keeps what is its own. All but the sockets goes with the folder.
 *
 * @param root the instance's folder
 * @param sockets a folder with a path short enough for sockets (107 bytes with their names)
 */
public record InstanceFolder(InstanceId id, Path root, Path sockets) {
  /** The wish. */
  public Path spec() {
    return root.resolve("spec.json");
  }

  /** What became of it. */
  public Path state() {
    return root.resolve("state.json");
  }

  /** The image it runs, pinned. */
  public Path image() {
    return root.resolve("image.json");
  }

  /** The launch plan of the present run. */
  public Path plan() {
    return root.resolve("plan.json");
  }

  /** For what belongs to one run and is deleted after it: overlays, generated disks, pid files. */
  public Path run() {
    return root.resolve("run");
  }

  /**
   * Where QEMU or the shim append what the instance writes to standard output, or to its console.
   * What has been read is given back to the file system, so it must be opened for appending.
   */
  public Path rawOut() {
    return root.resolve("stdout.raw");
  }

  /** The same for standard error; guests have none. */
  public Path rawErr() {
    return root.resolve("stderr.raw");
  }

  /** The logs, as CRI has them. */
  public Path logs() {
    return root.resolve("logs");
  }
}
