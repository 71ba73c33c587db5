package dev.flint.capstan;

import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;

/**
 * The metadata file {@code index.yaml} of a Capstan image directory. Every field is the empty
 * string when the file does not say it.
 *
 * @param version the image's version, free text
 * @param created when it was made, as written; {@link #createdInstant} reads it
 * @param description free text
 * @param build the command that made it, free text
 * @param platform free text; the OSv project's script writes it, {@code capstan import} does not
 */
public record IndexYaml(
    String version, String created, String description, String build, String platform) {
  /** What a missing file says. */
  public static final IndexYaml EMPTY = new IndexYaml("", "", "", "", "");

  /** The largest file that is read or written, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final DateTimeFormatter FRIENDLY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  /**
   * Reads Capstan's spelling (YAML, lower-case keys) and the published Feather agent's (one line of
   * JSON, capitalised keys). Scalars of any type are taken as their text; unknown keys are ignored.
   *
   * @throws FlintException PROTOCOL if the bytes are neither, give a field an alias or a tag, or
   *     give it twice; POLICY over {@link #MAX_BYTES}
   */
  public static IndexYaml parse(byte[] bytes) throws FlintException {
    return IndexYamlReader.read(bytes);
  }

  /**
   * The file as {@code capstan import} writes it: five keys in its order and its quoting. A {@code
   * platform} line follows only where there is one to say. Unlike Capstan it never folds long lines
   * and writes line breaks as escapes; both read back the same.
   */
  public byte[] toYaml() {
    StringBuilder out = new StringBuilder();
    line(out, "format_version", "1");
    line(out, "version", version);
    line(out, "created", created);
    line(out, "description", description);
    line(out, "build", build);
    if (!platform.isEmpty()) {
      line(out, "platform", platform);
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * When the image was made: an RFC 3339 time, or Capstan's friendly time taken as UTC. Empty for
   * anything else, as Capstan shows N/A for it.
   */
  public Optional<Instant> createdInstant() {
    try {
      return Optional.of(
          created.indexOf(' ') < 0
              ? OffsetDateTime.parse(created).toInstant()
              : LocalDateTime.parse(created, FRIENDLY).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A time as Capstan shows it, {@code YYYY-MM-DD hh:mm} in UTC. */
  public static String friendly(Instant time) {
    return FRIENDLY.format(time.atOffset(ZoneOffset.UTC));
  }

  private static void line(StringBuilder out, String key, String value) {
    out.append(key).append(": ").append(YamlScalar.of(value)).append('\n');
  }
}
