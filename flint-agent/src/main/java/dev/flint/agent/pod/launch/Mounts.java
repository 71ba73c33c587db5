package dev.flint.agent.pod.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** File systems in memory, and all others that are mounted on this device. */
interface Mounts {
  /** What those are called that this agent has made. */
  String OURS = "flint";

  /**
   * One.
   *
   * @param type of the file system
   * @param source what it is called, or of
   */
  record Mounted(Path place, String type, String source) {
    boolean isOurs() {
      return type.equals("tmpfs") && source.equals(OURS);
    }
  }

  /** Whether something is mounted on a folder. */
  boolean isMounted(Path folder) throws IOException;

  /** What is mounted in a folder, at any depth, and on it; the last is on top. */
  List<Mounted> in(Path folder) throws IOException;

  /** Mounts memory on a folder, with options of tmpfs. */
  void mountMemory(Path folder, String options) throws IOException;

  /** Ends the topmost mount on a folder at once, whoever uses it; with it goes what is in it. */
  void unmount(Path folder) throws IOException;
}
