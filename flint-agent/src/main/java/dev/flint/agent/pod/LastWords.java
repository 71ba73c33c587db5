package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;

/**
 * Where a container says at its end what people should know of it (core/v1 Container,
 * terminationMessagePath and terminationMessagePolicy).
 *
 * @param file an absolute path in it
 * @param ofLog whether the end of its log stands for what it has not said, if it fails
 */
public record LastWords(String file, boolean ofLog) {
  private static final String USUAL = "/dev/termination-log";
  private static final String PATH = "terminationMessagePath";
  private static final String POLICY = "terminationMessagePolicy";

  static LastWords parse(Fields container) throws FlintException {
    String said = container.text(PATH, "");
    String file = said.isEmpty() ? USUAL : PathRules.absolute(container, PATH);
    return switch (container.text(POLICY, "File")) {
      case "File" -> new LastWords(file, false);
      case "FallbackToLogsOnError" -> new LastWords(file, true);
      default -> throw container.bad(POLICY, "must be File or FallbackToLogsOnError");
    };
  }
}
