package dev.flint.agent.pod.launch;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * To whom the files in a pod's own volumes belong, as with the kubelet: to {@code fsGroup}, which
 * may read them, and write where anybody may.
 *
 * @param user whom all containers run as, if the pod says so, else -1; owns its tokens
 * @param group or -1
 */
record VolumeOwner(int user, int group) {
  private static final VolumeOwner NONE = new VolumeOwner(-1, -1);
  private static final int MODE_BITS = 07777;
  private static final int READ_FILE = 0440;
  private static final int READ_FOLDER = 02550;
  private static final int WRITE_FOLDER = 02770;

  /** That of a pod; nobody if this agent may not give files away, and so runs guests only. */
  static VolumeOwner of(PodSpec pod) throws IOException {
    int user = user(pod);
    int group = pod.security().fsGroup();
    boolean said = user >= 0 || group >= 0;
    return said && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
        ? new VolumeOwner(user, group)
        : NONE;
  }

  private static int user(PodSpec pod) {
    int user = pod.containers().get(0).security().identity().user();
    for (ContainerSpec container : pod.allContainers()) {
      if (container.security().identity().user() != user) {
        return -1;
      }
    }
    return user;
  }

  boolean isSaid() {
    return user >= 0 || group >= 0;
  }

  /**
   * Gives a folder to the group; what is made in it has the group too.
   *
   * @param writable whether the group may write
   */
  void giveFolder(Path folder, boolean writable) throws IOException {
    give(folder, writable ? WRITE_FOLDER : READ_FOLDER);
  }

  /**
   * Gives a file to the group, and to a user.
   *
   * @param owner or -1
   */
  void giveFile(Path file, int owner) throws IOException {
    if (owner >= 0) {
      Files.setAttribute(file, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
    }
    give(file, READ_FILE);
  }

  private void give(Path path, int bits) throws IOException {
    if (group >= 0) {
      Files.setAttribute(path, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
      // After the owner: a change of that takes setgid away.
      int mode = (int) Files.getAttribute(path, "unix:mode") & MODE_BITS;
      Files.setAttribute(path, "unix:mode", mode | bits);
    }
  }
}
