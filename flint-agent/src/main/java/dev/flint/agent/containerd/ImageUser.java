package dev.flint.agent.containerd;

import dev.flint.agent.backend.ConfigRefused;
import dev.flint.agent.instance.Identity;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who runs a container's program: numbers for what an image says (OCI image spec, config.md,
 * "User"), as its own /etc/passwd and /etc/group have them.
 *
 * @param groups further groups
 */
record ImageUser(int uid, int gid, List<Integer> groups) {
  ImageUser {
    groups = List.copyOf(groups);
  }

  /**
   * Finds the user of a container.
   *
   * @param image what the image says
   * @param wanted what is said instead
   * @throws FlintException UNSUPPORTED if a name is in neither file, POLICY if it may not be that
   *     one
   */
  static ImageUser of(String image, Identity wanted, List<Path> layers) throws IOException {
    requireNonRoot(image, wanted);
    ImageUser user = of(wanted.user() < 0 ? image : String.valueOf(wanted.user()), layers);
    int gid = wanted.group() < 0 ? user.gid : wanted.group();
    // Its own is among them, as with containerd: what is closed to it stays closed to one who
    // leaves it (CVE-2023-25173).
    Set<Integer> groups = new LinkedHashSet<>(List.of(gid));
    if (!wanted.strict()) {
      groups.addAll(user.groups);
    }
    groups.addAll(wanted.groups());
    return new ImageUser(user.uid, gid, List.copyOf(groups));
  }

  /** As the kubelet sees it, and in its words: of a name nobody knows whether it is root. */
  private static void requireNonRoot(String image, Identity wanted) throws ConfigRefused {
    if (!wanted.nonRoot() || wanted.user() > 0) {
      return;
    }
    if (wanted.user() == 0) {
      throw new ConfigRefused("container's runAsUser breaks non-root policy", "");
    }
    String user = image.substring(0, image.indexOf(':') < 0 ? image.length() : image.indexOf(':'));
    if (user.isEmpty() || number(user) == 0) {
      throw new ConfigRefused(
          "container has runAsNonRoot and image will run as root", "say which user: runAsUser");
    }
    if (number(user) < 0) {
      throw new ConfigRefused(
          "container has runAsNonRoot and image has non-numeric user ("
              + user
              + "), cannot verify user is non-root",
          "say which number that is: runAsUser");
    }
  }

  /**
   * Finds a user.
   *
   * @param text {@code user}, {@code user:group} or empty; names or numbers
   * @param layers the image's folders, base first
   * @throws FlintException UNSUPPORTED if a name is in neither file
   */
  private static ImageUser of(String text, List<Path> layers) throws IOException {
    int colon = text.indexOf(':');
    String said = colon < 0 ? text : text.substring(0, colon);
    String user = said.isEmpty() ? "0" : said;
    String group = colon < 0 ? "" : text.substring(colon + 1);
    List<String[]> users = lines(layers, "passwd", 7);
    int uid = number(user);
    String name = user;
    int gid = -1;
    for (String[] line : users) {
      // A number is never a name: the image must not say whom a pod's runAsUser is.
      if (uid >= 0 ? number(line[2]) == uid : line[0].equals(user)) {
        name = line[0];
        uid = number(line[2]);
        gid = number(line[3]);
        break;
      }
    }
    if (uid < 0) {
      throw unknown("user", user, "passwd");
    }
    List<String[]> groups = lines(layers, "group", 4);
    if (!group.isEmpty()) {
      return new ImageUser(uid, gid(group, groups), List.of());
    }
    return new ImageUser(uid, Math.max(gid, 0), groupsOf(name, gid, groups));
  }

  private static int gid(String group, List<String[]> groups) throws FlintException {
    int gid = number(group);
    for (String[] line : groups) {
      if (gid < 0 && line[0].equals(group)) {
        gid = number(line[2]);
        break;
      }
    }
    if (gid < 0) {
      throw unknown("group", group, "group");
    }
    return gid;
  }

  private static List<Integer> groupsOf(String name, int gid, List<String[]> groups) {
    List<Integer> out = new ArrayList<>();
    for (String[] line : groups) {
      int number = number(line[2]);
      boolean member = ("," + line[3] + ",").contains("," + name + ",");
      if (member && number >= 0 && number != gid && !out.contains(number)) {
        out.add(number);
      }
    }
    return out;
  }

  /** The lines of a file that have that many fields at least. */
  private static List<String[]> lines(List<Path> layers, String file, int fields)
      throws IOException {
    List<String[]> out = new ArrayList<>();
    byte[] bytes = new LayerFile(layers).read("etc", file);
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
      String[] parts = line.split(":", -1);
      if (parts.length >= fields) {
        out.add(parts);
      }
    }
    return out;
  }

  /** A number of a user or group; -1 if it is none. */
  private static int number(String text) {
    try {
      int number = Integer.parseInt(text);
      return text.startsWith("+") ? -1 : Math.max(number, -1);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static FlintException unknown(String what, String name, String file) {
    return new FlintException(
        ErrorCode.UNSUPPORTED,
        "the image runs as " + what + " \"" + name + "\", which its /etc/" + file + " has not got");
  }
}
