package dev.flint.agent.pod;

/** A variable, and where its value comes from. */
public record EnvEntry(String name, Source source) {
  /** Where a value comes from. */
  public sealed interface Source {}

  /**
   * It stands in the document.
   *
   * @param text with {@code $(OTHER)} for earlier variables
   */
  public record Literal(String text) implements Source {}

  /**
   * One key of an object in the pod's namespace.
   *
   * @param optional whether object or key may be missing; then there is no variable
   */
  public record Key(ConfigKind kind, String object, String key, boolean optional)
      implements Source {}

  /**
   * A field of the pod.
   *
   * @param path for example {@code metadata.name}
   */
  public record Field(String path) implements Source {}

  /**
   * What a container may take.
   *
   * @param container its name, or empty for the container itself
   * @param resource for example {@code limits.memory}
   * @param divisor a quantity
   */
  public record Resource(String container, String resource, String divisor) implements Source {}
}
