package dev.flint.capstan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name of an image in a Capstan repository: one or more components joined by {@code /}, each a
 * directory name. At most 255 bytes of UTF-8 in all and 240 in a component (a suffix must still fit
 * into a file name); no control characters; no component is empty or starts with {@code .} (hidden,
 * or a way out) or {@code -} (an option).
 *
 * @param text the whole name
 */
public record CapstanName(String text) {
  private static final int MAX_BYTES = 255;
  private static final int MAX_COMPONENT_BYTES = 240;

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException naming the rule it breaks
   */
  public CapstanName {
    if (text.length() > MAX_BYTES || bytes(text) > MAX_BYTES) {
      throw new IllegalArgumentException(
          "not a Capstan image name: longer than " + MAX_BYTES + " bytes");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw malformed(text, "half a surrogate pair is not a character");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw malformed(
          text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?"), "control characters are not allowed");
    }
    for (String component : text.split("/", -1)) {
      if (component.isEmpty()) {
        throw malformed(text, "no component may be empty");
      }
      if (component.startsWith(".") || component.startsWith("-")) {
        throw malformed(text, "no component may start with '.' or '-'");
      }
      if (bytes(component) > MAX_COMPONENT_BYTES) {
        throw malformed(text, "a component is longer than " + MAX_COMPONENT_BYTES + " bytes");
      }
    }
  }

  /**
   * Parses a name.
   *
   * @throws IllegalArgumentException naming the rule it breaks
   */
  public static CapstanName parse(String text) {
    return new CapstanName(text);
  }

  /**
   * The name whose {@link #toRepository} is the given repository name; empty if there is none.
   *
   * @param repository an OCI repository name without registry host
   */
  public static Optional<CapstanName> fromRepository(String repository) {
    List<String> components = new ArrayList<>();
    for (String component : repository.split("/", -1)) {
      Optional<String> decoded = RepositoryComponent.decode(component);
      if (decoded.isEmpty()) {
        return Optional.empty();
      }
      components.add(decoded.get());
    }
    return valid(String.join("/", components))
        .filter(name -> name.toRepository().equals(repository));
  }

  /** The name if it is well-formed. */
  static Optional<CapstanName> valid(String text) {
    try {
      return Optional.of(new CapstanName(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The OCI repository name that stands for this name, injective: different names never share one.
   *
   * <p>A component of {@code [a-z0-9]} joined by single {@code .}, {@code _} or {@code -} stands
   * for itself. Any other becomes {@code x} and its UTF-8 bytes, {@code [a-z0-9]} as they are,
   * {@code . - _} as they are where both neighbours are {@code [a-z0-9]}, the rest as {@code --}
   * and two lower-case hexadecimal digits: {@code My App:1} is {@code x--4dy--20--41pp--3a1}.
   *
   * <p>The result never reads as something else: where several components follow each other the
   * first one's dots are always written {@code --2e}, and {@code localhost} there is {@code
   * x--6cocalhost}, so that it is no registry host; a lone component of 64 hexadecimal digits has
   * its first one escaped, so that it is no digest. The result may be four times as long as the
   * name and so over a registry's limit of 255 characters.
   */
  public String toRepository() {
    List<String> components = components();
    List<String> encoded = new ArrayList<>();
    for (String component : components) {
      RepositoryComponent.Place place =
          components.size() == 1
              ? RepositoryComponent.Place.ALONE
              : encoded.isEmpty()
                  ? RepositoryComponent.Place.FIRST
                  : RepositoryComponent.Place.LATER;
      encoded.add(RepositoryComponent.encode(component, place));
    }
    return String.join("/", encoded);
  }

  /** The components, at least one. */
  public List<String> components() {
    return List.of(text.split("/"));
  }

  /** The last component, which is also the disk file's name before its suffix. */
  public String base() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static IllegalArgumentException malformed(String text, String rule) {
    return new IllegalArgumentException("not a Capstan image name: \"" + text + "\": " + rule);
  }

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return text;
  }
}
