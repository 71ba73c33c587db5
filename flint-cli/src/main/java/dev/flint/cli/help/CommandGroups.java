package dev.flint.cli.help;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What commands are about, in the order of the help of {@code flint} itself. */
final class CommandGroups {
  /** A heading, and the commands under it. */
  private record Group(String title, List<String> names) {
    Group(String title, String... names) {
      this(title, List.of(names));
    }
  }

  private static final List<Group> GROUPS =
      List.of(
          new Group("Build", "build", "import", "compose", "convert"),
          new Group("Ship", "push", "pull", "unpack", "copy", "save", "load", "diff"),
          new Group("Store", "images", "inspect", "tag", "rmi", "index", "store"),
          new Group(
              "Run",
              "run",
              "ps",
              "pods",
              "logs",
              "exec",
              "port",
              "stats",
              "wait",
              "stop",
              "kill",
              "restart",
              "rm",
              "check",
              "boot-test",
              "agent"),
          new Group(
              "Registry",
              "login",
              "logout",
              "auth",
              "tags",
              "repos",
              "digest",
              "manifest",
              "blob",
              "attach",
              "referrers",
              "registry"),
          new Group("Setup", "doctor", "config", "completion", "demo", "version", "help"));

  /** Where commands stand that no group names; a test keeps it empty. */
  static final String OTHER = "Other";

  private CommandGroups() {}

  /** The headings, with those of the commands that belong there. */
  static Map<String, List<String>> of(Set<String> commands) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    List<String> left = new ArrayList<>(commands);
    for (Group group : GROUPS) {
      List<String> there = group.names().stream().filter(commands::contains).toList();
      left.removeAll(there);
      if (!there.isEmpty()) {
        groups.put(group.title(), there);
      }
    }
    if (!left.isEmpty()) {
      groups.put(OTHER, left);
    }
    return groups;
  }
}
