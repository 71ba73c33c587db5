package dev.flint.registry.settings;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What Flint's config file says (docs/configuration.md).
 *
 * @param hosts by {@code HOST[:PORT]} in lower case
 */
public record ConfigFile(LinkSettings link, Map<String, HostSettings> hosts) {
  /** The file is not there, or says nothing. */
  public static final ConfigFile EMPTY = new ConfigFile(LinkSettings.DEFAULT, Map.of());

  private static final int MAX_BYTES = 1 << 20;

  /**
   * Reads {@code $FLINT_CONFIG}, which must be there, else {@code flint/config.yaml} in {@code
   * $XDG_CONFIG_HOME} or {@code ~/.config}, which need not.
   *
   * @throws FlintException USAGE naming file and line of what is wrong
   */
  public static ConfigFile find(Map<String, String> env, Path home) throws IOException {
    String own = env.getOrDefault("FLINT_CONFIG", "");
    if (!own.isEmpty()) {
      return read(Path.of(own));
    }
    String folder = env.getOrDefault("XDG_CONFIG_HOME", "");
    Path file =
        (folder.isEmpty() ? home.resolve(".config") : Path.of(folder)).resolve("flint/config.yaml");
    // Without the file none of the classes that read it are loaded.
    return Files.exists(file) ? read(file) : EMPTY;
  }

  private static ConfigFile read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new FlintException(ErrorCode.POLICY, file + " is longer than 1 MiB");
      }
      return ConfigYaml.read(file, bytes);
    }
  }
}
