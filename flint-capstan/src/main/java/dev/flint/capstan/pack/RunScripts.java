package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.RofsTree;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The files below {@code /run} that OSv's {@code runscript} reads: one for each set of each
 * package, later packages over earlier ones.
 */
final class RunScripts {
  private static final int MAX_DEPTH = 16;

  private final Map<String, RunManifest> manifests = new LinkedHashMap<>();

  void add(String packageName, RunManifest manifest) {
    // A package that comes again comes last.
    manifests.remove(packageName);
    manifests.put(packageName, manifest);
  }

  /** Puts the files into a tree. */
  void write(RofsTree tree) throws FlintException {
    for (Map.Entry<String, RunManifest> manifest : manifests.entrySet()) {
      for (Map.Entry<String, RunSet> set : manifest.getValue().sets().entrySet()) {
        put(tree, set.getKey(), text(set.getValue(), new TreeMap<>(), 0));
      }
    }
  }

  /**
   * Has {@code /run/default} run what a package runs by default, as the agents that know no other
   * name ask for that.
   */
  void writeDefault(RofsTree tree, RunManifest manifest) throws FlintException {
    StringBuilder lines = new StringBuilder();
    for (String name : manifest.defaults()) {
      RunSet set = manifest.sets().get(name);
      if (set != null) {
        lines.append(lines.isEmpty() ? "" : "\n").append(text(set, new TreeMap<>(), 0));
      }
    }
    if (!lines.isEmpty() && !manifest.sets().containsKey("default")) {
      put(tree, "default", lines.toString());
    }
  }

  private static void put(RofsTree tree, String name, String text) throws FlintException {
    tree.file("run/" + name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Variables of who builds on a set go before its own. */
  private String text(RunSet set, NavigableMap<String, String> environment, int depth)
      throws FlintException {
    set.environment().forEach(environment::putIfAbsent);
    if (!set.base().isEmpty()) {
      return text(base(set, depth), environment, depth + 1);
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      text.append(word("--env=" + variable.getKey() + "?=" + variable.getValue())).append(' ');
    }
    return text.append(set.command()).toString();
  }

  private RunSet base(RunSet set, int depth) throws FlintException {
    RunManifest manifest = manifests.get(set.basePackage());
    if (manifest == null) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "a config_set builds on " + set.base() + ", but that package is not on the disk",
          "require " + set.basePackage() + " in meta/package.yaml");
    }
    RunSet base = manifest.sets().get(set.baseSet());
    if (base == null || depth == MAX_DEPTH) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          "a config_set builds on "
              + set.base()
              + (base == null ? ", which does not exist" : ", and so on without end"),
          base == null ? "there are: " + String.join(", ", manifest.sets().keySet()) : "");
    }
    return base;
  }

  /** One word of a script: quoted, it may have what else would end it. */
  private static String word(String text) throws FlintException {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new FlintException(
          ErrorCode.PROTOCOL, "a variable of a config_set has a control character in it");
    }
    if (text.chars().noneMatch(c -> " ;&!\"\\".indexOf(c) >= 0)) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
