package dev.flint.build.file;

import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The key {@code files}: a map of sources to targets, or a list of maps that say more. */
final class FilesParser {
  private static final String FILES = "files";
  private static final int MAX_MODE = 0777;

  private FilesParser() {}

  static List<FileRule> parse(Section section) throws FlintException {
    List<FileRule> out = new ArrayList<>();
    if (section.isMap(FILES)) {
      for (Map.Entry<String, String> entry : section.map(FILES).entrySet()) {
        out.add(
            new FileRule(
                entry.getKey(),
                target(section, FILES, entry.getValue()),
                OptionalInt.empty(),
                OptionalInt.empty(),
                ""));
      }
      return out;
    }
    for (Section rule : section.sections(FILES)) {
      out.add(
          new FileRule(
              rule.required("source"),
              target(rule, "target", rule.required("target")),
              mode(rule, "mode"),
              mode(rule, "folderMode"),
              owner(rule)));
      rule.end();
    }
    return out;
  }

  private static String target(Section section, String key, String text) throws FlintException {
    // A slash at the end is how many say that they mean a folder; here the source says it.
    String path =
        text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    if (!GuestPath.isAbsolute(path)) {
      throw section.bad(
          key, "has the target \"" + text + "\", which is no absolute path without . and ..");
    }
    return path;
  }

  private static OptionalInt mode(Section rule, String key) throws FlintException {
    OptionalLong mode = rule.number(key, Long.MIN_VALUE, Long.MAX_VALUE);
    if (mode.isEmpty()) {
      return OptionalInt.empty();
    }
    if (mode.getAsLong() < 0 || mode.getAsLong() > MAX_MODE) {
      throw rule.bad(key, "must be within 0 and 0777", "octal numbers start with 0, as in 0644");
    }
    return OptionalInt.of((int) mode.getAsLong());
  }

  private static String owner(Section rule) throws FlintException {
    String owner = rule.scalar("owner");
    if (!owner.isEmpty() && !owner.matches("[0-9]{1,10}:[0-9]{1,10}")) {
      throw rule.bad("owner", "must be two numbers, uid:gid");
    }
    return owner;
  }
}
