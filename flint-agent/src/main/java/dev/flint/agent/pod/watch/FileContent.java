package dev.flint.agent.pod.watch;

import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ConfigObject;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is in one file.
 *
 * @param problems a line for each document that cannot be used
 */
record FileContent(List<PodSpec> pods, List<ConfigObject> objects, List<String> problems) {
  static final FileContent EMPTY = new FileContent(List.of(), List.of(), List.of());
  private static final int MAX_PROBLEMS = 20;
  private static final int MAX_LIST_DEPTH = 4;

  /** Reads a file; each document stands for itself, unless the whole is no YAML. */
  static FileContent read(byte[] bytes, String name) {
    FileContent content = new FileContent(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    if (isBlank(bytes)) {
      // As a full disk, a loss of power and the first moment of a copy leave it.
      content.problem("the file is empty; to remove its pods, remove it");
      return content;
    }
    try {
      if (name.endsWith(".json")) {
        content.document(JsonObject.parse(bytes, name), 0);
      } else {
        for (JsonObject document : YamlReader.read(bytes, name)) {
          content.document(document, 0);
        }
      }
    } catch (FlintException e) {
      content.problem(e);
    }
    return content;
  }

  /** Whether there is nothing in it, not even a comment. */
  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0 && b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }

  private void document(JsonObject document, int depth) {
    try {
      String kind = document.string("kind").orElse("");
      switch (kind) {
        case "Pod" -> pods.add(PodParser.parse(document));
        case "ConfigMap" -> objects.add(ConfigObject.parse(ConfigKind.CONFIG_MAP, document));
        case "Secret" -> objects.add(ConfigObject.parse(ConfigKind.SECRET, document));
        case "List", "PodList", "ConfigMapList", "SecretList" -> {
          if (depth == MAX_LIST_DEPTH) {
            problem("lists in lists");
            return;
          }
          for (JsonObject item : document.objects("items")) {
            document(item, depth + 1);
          }
        }
        case "" -> problem("a document without a kind");
        default ->
            problem(
                "kind "
                    + (kind.length() > 63 ? kind.substring(0, 63) + "..." : kind)
                    + " is not supported: only Pod, ConfigMap, Secret and List are");
      }
    } catch (FlintException e) {
      problem(e);
    }
  }

  private void problem(FlintException e) {
    problem(String.valueOf(e.getMessage()));
  }

  private void problem(String text) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(text);
    }
  }

  /** This, which is broken, and what a copy of it has and says. */
  FileContent orCopy(FileContent copy) {
    FileContent both = orBefore(copy);
    List<String> said = new ArrayList<>(problems);
    said.addAll(copy.problems);
    return new FileContent(both.pods, both.objects, said);
  }

  /**
   * This and, if it is broken, also what the file had before: which of it the broken documents
   * would have changed or removed, nobody knows.
   */
  FileContent orBefore(FileContent before) {
    if (problems.isEmpty()) {
      return this;
    }
    List<PodSpec> allPods = new ArrayList<>(pods);
    Set<ObjectName> names = new HashSet<>();
    for (PodSpec pod : pods) {
      names.add(pod.name());
    }
    for (PodSpec pod : before.pods) {
      if (!names.contains(pod.name())) {
        allPods.add(pod);
      }
    }
    List<ConfigObject> allObjects = new ArrayList<>(objects);
    Set<String> keys = new HashSet<>();
    for (ConfigObject object : objects) {
      keys.add(object.kind() + " " + object.name());
    }
    for (ConfigObject object : before.objects) {
      if (!keys.contains(object.kind() + " " + object.name())) {
        allObjects.add(object);
      }
    }
    return new FileContent(allPods, allObjects, problems);
  }
}
