package dev.flint.agent.containerd;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
   * Finds a user.
   *
   * @param text {@code user}, {@code user:group} or empty; names or numbers
   * @param layers the image's folders, base first
   * @throws FlintException UNSUPPORTED if a name is in neither file
   */
  static ImageUser of(String text, List<Path> layers) throws IOException {
    int colon = text.indexOf(':');
    String said = colon < 0 ? text : text.substring(0, colon);
    String user = said.isEmpty() ? "0" : said;
    String group = colon < 0 ? "" : text.substring(colon + 1);
    List<String[]> users = lines(layers, "passwd", 7);
    int uid = number(user);
    String name = user;
    int gid = -1;
    for (String[] line : users) {
      if (line[0].equals(user) || (uid >= 0 && number(line[2]) == uid)) {
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
      if (line[0].equals(group)) {
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
