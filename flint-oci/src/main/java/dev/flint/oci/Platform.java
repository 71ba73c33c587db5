package dev.flint.oci;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.regex.Pattern;

/**
 * Operating system and architecture of an image, in Go's names.
 *
 * @param os for example {@code linux}
 * @param architecture for example {@code amd64}
 * @param variant for example {@code v8}, or empty
 */
public record Platform(String os, String architecture, String variant) {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Parses {@code os/architecture[/variant]}. */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    boolean legal = parts.length == 2 || parts.length == 3;
    for (String part : parts) {
      legal &= PART.matcher(part).matches();
    }
    if (!legal) {
      throw new IllegalArgumentException("not a platform, expected OS/ARCH[/VARIANT]: " + text);
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }

  /** {@code linux} on the architecture this JVM runs on. */
  public static Platform host() {
    String arch = System.getProperty("os.arch", "");
    return new Platform(
        "linux",
        switch (arch) {
          case "x86_64", "amd64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> arch;
        },
        "");
  }

  static Platform of(JsonObject json) throws FlintException {
    return new Platform(
        json.string("os").orElse(""),
        json.string("architecture").orElse(""),
        json.string("variant").orElse(""));
  }

  /** Whether an image for {@code offered} runs where this platform is asked for. */
  public boolean accepts(Platform offered) {
    return os.equals(offered.os)
        && architecture.equals(offered.architecture)
        && (variant.isEmpty()
            ? offered.variant.isEmpty() || offered.variant.equals(usualVariant())
            : variant.equals(offered.variant)
                || (offered.variant.isEmpty() && variant.equals(usualVariant())));
  }

  private String usualVariant() {
    return switch (architecture) {
      case "arm64" -> "v8";
      case "arm" -> "v7";
      case "amd64" -> "v1";
      default -> "";
    };
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
