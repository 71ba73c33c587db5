package dev.flint.cli;

import java.util.List;

/** Documents of pods, for tests. */
final class AgentPods {
  /** Ends well when it is asked to. */
  static final String SLEEP = "trap 'exit 0' TERM; sleep 1000 & wait";

  private AgentPods() {}

  static String pod(String name, String restart, String... containers) {
    return "kind: Pod\nmetadata: {name: "
        + name
        + "}\nspec:\n  restartPolicy: "
        + restart
        + "\n  terminationGracePeriodSeconds: 5\n  containers:\n"
        + String.join("", containers);
  }

  /** The pod with an update window of so many seconds. */
  static String watched(int seconds, String pod) {
    String annotation = "annotations: {flint.dev/update-window: " + seconds + "s}, ";
    return pod.replace("metadata: {", "metadata: {" + annotation);
  }

  /** An image with the command that it has itself. */
  static String image(String name, String image) {
    return container(name, image);
  }

  /** A guest with arguments. */
  static String guest(String name, String image, String... args) {
    return container(name, image) + "    args: " + words(List.of(args));
  }

  /** A container that runs a script. */
  static String box(String name, String image, String script) {
    return container(name, image) + "    command: " + words(List.of("/bin/sh", "-c", script));
  }

  private static String container(String name, String image) {
    return "  - name: "
        + name
        + "\n    image: "
        + image
        + "\n    resources: {limits: {memory: 64Mi}}\n";
  }

  private static String words(List<String> words) {
    return "[\"" + String.join("\", \"", words) + "\"]\n";
  }
}
