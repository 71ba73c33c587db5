package dev.flint.registry.settings;

import dev.flint.oci.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A registry that has copies of another's images.
 *
 * @param host {@code HOST[:PORT]}
 * @param prefix goes before the name of every repository; empty for none
 */
public record Mirror(String host, String prefix) {
  /**
   * Parses {@code HOST[:PORT][/PREFIX]}.
   *
   * @throws IllegalArgumentException naming what is wrong with it
   */
  public static Mirror parse(String text) {
    Reference example;
    try {
      example = Reference.parse(text + "/x");
    } catch (IllegalArgumentException e) {
      throw malformed(text, e);
    }
    String name = example.repository();
    if (example.host().isEmpty()) {
      throw malformed(text, null);
    }
    return new Mirror(example.host(), name.substring(0, Math.max(0, name.lastIndexOf('/'))));
  }

  private static IllegalArgumentException malformed(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "not a mirror: \"" + text + "\"; give HOST[:PORT][/PREFIX]", cause);
  }

  /** Where the mirror has an image of another registry. */
  public Reference place(Reference original) {
    String rest = original.toString().substring(original.name().length());
    // Docker Hub's own images are below this name, which only there may be left out.
    boolean official = original.host().equals("docker.io") && !original.repository().contains("/");
    String repository = (official ? "library/" : "") + original.repository();
    return Reference.parse(host + "/" + (prefix.isEmpty() ? "" : prefix + "/") + repository + rest);
  }

  /** As it is given. */
  @Override
  public String toString() {
    return prefix.isEmpty() ? host : host + "/" + prefix;
  }
}
