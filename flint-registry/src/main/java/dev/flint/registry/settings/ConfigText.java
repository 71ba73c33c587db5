package dev.flint.registry.settings;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a config file says, and where.
 *
 * @param registries the line with that key, from 1; 0 if it is not there
 * @param hosts where each registry begins, by its name in the settings
 */
record ConfigText(
    Path file, List<ConfigEntry> entries, int registries, Map<String, ConfigEntry.Place> hosts) {
  private static final int MAX_BYTES = 1 << 20;

  /** Nothing. */
  static ConfigText empty(Path file) {
    return new ConfigText(file, List.of(), 0, Map.of());
  }

  /**
   * Reads a file.
   *
   * @param ofProject whether it is not by the user, who so has not said all that it could say
   * @throws FlintException USAGE naming file and line of what is wrong, POLICY for what a project
   *     may not say
   */
  static ConfigText read(Path file, boolean ofProject) throws IOException {
    return parse(file, text(file), ofProject);
  }

  static ConfigText parse(Path file, String text, boolean ofProject) throws IOException {
    return ConfigYaml.read(file, text, ofProject);
  }

  /** The text of a file. */
  static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new FlintException(ErrorCode.POLICY, file + " is longer than 1 MiB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new FlintException(ErrorCode.USAGE, file + " is not UTF-8", e);
    }
  }

  /** The entry for a name. */
  Optional<ConfigEntry> find(ConfigName name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** The values alone. */
  Map<ConfigName, String> values() {
    Map<ConfigName, String> values = new TreeMap<>();
    entries.forEach(entry -> values.put(entry.name(), entry.value()));
    return values;
  }
}
