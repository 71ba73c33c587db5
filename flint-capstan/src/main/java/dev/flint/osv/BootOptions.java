package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The kernel options of a boot line, as they are meant: without the backslashes that keep their
 * blanks.
 */
final class BootOptions {
  private static final String ENV = "--env=";
  private static final String MOUNT = "--mount-fs=";

  private final List<String> options = new ArrayList<>();

  /**
   * Starts with an image's options.
   *
   * @param written as they stand in its line
   */
  BootOptions(List<String> written) {
    for (String option : written) {
      options.add(unescape(option));
    }
  }

  /** Sets a variable of the environment. */
  void env(String name, String value) throws FlintException {
    if (!isName(name)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "\"" + name + "\" cannot be the name of an environment variable of a guest",
          "use letters, digits and _ . -, no digit first");
    }
    checkText(value, "the environment variable " + name);
    // OSv sets them in turn, so that the last one would win; one is clearer and shorter.
    replace(ENV + name + "=", ENV + name + "=" + value);
  }

  /** Sets where the program starts. */
  void workingDir(String directory) throws FlintException {
    if (directory.charAt(0) != '/') {
      throw new FlintException(
          ErrorCode.USAGE, "the working directory " + directory + " is no absolute path");
    }
    checkText(directory, "the working directory");
    replace("--cwd=", "--cwd=" + directory);
  }

  /**
   * Sets options, each in place of all of its name. Mounts are in place of those on the same folder
   * only.
   */
  void set(List<String> wished) throws FlintException {
    for (String option : wished) {
      check(option);
      if (option.startsWith(MOUNT)) {
        removeMount(mountPoint(option));
      } else {
        removeNamed(name(option));
      }
    }
    options.addAll(wished);
  }

  /** Adds a flag that is not there yet. */
  void flag(String option) {
    if (!options.contains(option)) {
      options.add(option);
    }
  }

  /** The options as a line has them. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (String option : options) {
      text.append(text.length() == 0 ? "" : " ").append(escape(option));
    }
    return text.toString();
  }

  private void removeMount(String folder) {
    for (Iterator<String> all = options.iterator(); all.hasNext(); ) {
      String option = all.next();
      if (option.startsWith(MOUNT) && mountPoint(option).equals(folder)) {
        all.remove();
      }
    }
  }

  private void removeNamed(String name) {
    for (Iterator<String> all = options.iterator(); all.hasNext(); ) {
      if (name(all.next()).equals(name)) {
        all.remove();
      }
    }
  }

  private void replace(String prefix, String by) {
    for (Iterator<String> all = options.iterator(); all.hasNext(); ) {
      if (all.next().startsWith(prefix)) {
        all.remove();
      }
    }
    options.add(by);
  }

  private static void check(String option) throws FlintException {
    boolean named = option.startsWith("--") && name(option).length() > 2;
    if (!named || option.endsWith("=") || option.startsWith(ENV)) {
      throw new FlintException(ErrorCode.USAGE, "\"" + option + "\" is no option of OSv's kernel");
    }
    checkText(option, "the kernel option " + name(option));
    if (option.startsWith(MOUNT)) {
      checkMount(option);
    }
  }

  /** OSv passes over a mount that it cannot read, and says so to nobody. */
  private static void checkMount(String mount) throws FlintException {
    int first = mount.indexOf(',');
    int second = mount.indexOf(',', first + 1);
    String folder = mount.substring(second + 1);
    boolean three = first > MOUNT.length() && second > first + 1 && folder.indexOf(',') < 0;
    if (!three || !folder.startsWith("/") || folder.endsWith("/")) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "OSv cannot mount by " + mount,
          "mount on an absolute path without a comma and without a slash at its end");
    }
  }

  /** What comes before the value. */
  private static String name(String option) {
    int equals = option.indexOf('=');
    return equals < 0 ? option : option.substring(0, equals);
  }

  /** The folder of {@code --mount-fs=TYPE,SOURCE,FOLDER}. */
  private static String mountPoint(String mount) {
    return mount.substring(mount.lastIndexOf(',') + 1);
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean inner = (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!letter && !(inner && (i > 0 || c == '.'))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Options have an escape for the space, and none for what else is not a printed character. */
  private static void checkText(String text, String what) throws FlintException {
    boolean plain = StandardCharsets.UTF_8.newEncoder().canEncode(text);
    for (int i = 0; i < text.length(); i++) {
      plain &= !Character.isISOControl(text.charAt(i));
    }
    if (!plain) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          what + " has a line break or another control character in it, which OSv cannot be given",
          "put the text into a mounted file");
    }
  }

  private static String escape(String option) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < option.length(); i++) {
      char c = option.charAt(i);
      if (c == ' ' || c == '\t' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }

  private static String unescape(String option) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < option.length(); i++) {
      if (option.charAt(i) == '\\' && i + 1 < option.length()) {
        i++;
      }
      out.append(option.charAt(i));
    }
    return out.toString();
  }
}
