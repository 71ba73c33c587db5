package dev.flint.registry.settings;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.ConfigEntry.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Changes one setting in the text of a config file; all other lines stay as they are. What comes
 * out is read again: where it does not say what it should, the file is written in a way that only
 * its author can change.
 */
final class ConfigEditor {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9._:/-]*");
  private static final Pattern PLAIN_HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]*");

  private final Path file;
  private final boolean ofProject;
  private final String text;
  private final ConfigText now;
  private final String lineEnd;

  ConfigEditor(Path file, String text, boolean ofProject) throws IOException {
    this.file = file;
    this.ofProject = ofProject;
    this.text = text;
    this.now = ConfigText.parse(file, text, ofProject);
    this.lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
  }

  /**
   * The text with a value.
   *
   * @throws FlintException USAGE if it cannot be put in line by line
   */
  String set(ConfigName name, String value) throws IOException {
    Map<ConfigName, String> wanted = now.values();
    wanted.put(name, settled(name.key(), value));
    return checked(changed(name, written(name.key(), value)), wanted);
  }

  private String changed(ConfigName name, String value) {
    Optional<ConfigEntry> there = now.find(name);
    if (there.isPresent()) {
      Place at = there.get().at();
      return text.substring(0, index(at.start())) + value + text.substring(index(at.end()));
    }
    String entry = name.key().word() + ": " + value;
    if (name.host().isEmpty()) {
      return appended(entry);
    }
    String host = (PLAIN_HOST.matcher(name.host()).matches() ? name.host() : quoted(name.host()));
    Optional<ConfigEntry> own = last(name.host());
    if (own.isPresent()) {
      return inserted(own.get(), " ".repeat(own.get().at().column()) + entry);
    }
    Optional<ConfigEntry> other =
        now.hosts().keySet().stream()
            .flatMap(h -> last(h).stream())
            .reduce((a, b) -> a.at().end() > b.at().end() ? a : b);
    if (other.isPresent()) {
      int column = head(other.get().name().host()).column();
      String indent = " ".repeat(column);
      return inserted(other.get(), indent + host + ":" + lineEnd + indent + "  " + entry);
    }
    return appended(
        ConfigName.REGISTRIES + ":" + lineEnd + "  " + host + ":" + lineEnd + "    " + entry);
  }

  /** Where a registry begins of which there are entries. */
  private Place head(String host) {
    return Objects.requireNonNull(now.hosts().get(host), host);
  }

  /** The entry of a registry that stands last. */
  private Optional<ConfigEntry> last(String host) {
    return now.entries().stream()
        .filter(entry -> entry.name().host().equals(host))
        .reduce((a, b) -> b);
  }

  /**
   * The text without a value; empty if it has none.
   *
   * @throws FlintException USAGE if it cannot be taken out line by line
   */
  Optional<String> unset(ConfigName name) throws IOException {
    Optional<ConfigEntry> there = now.find(name);
    if (there.isEmpty()) {
      return Optional.empty();
    }
    NavigableSet<Integer> gone = new TreeSet<>();
    Place at = there.get().at();
    for (int line = at.line(); line <= lineOf(at.end()); line++) {
      gone.add(line);
    }
    String host = name.host();
    boolean alone =
        now.entries().stream().filter(entry -> entry.name().host().equals(host)).count() == 1;
    if (!host.isEmpty() && alone) {
      gone.add(head(host).line());
      if (now.hosts().size() == 1) {
        gone.add(now.registries());
      }
    }
    Map<ConfigName, String> wanted = now.values();
    wanted.remove(name);
    return Optional.of(checked(without(gone), wanted));
  }

  private String without(NavigableSet<Integer> lines) {
    StringBuilder rest = new StringBuilder();
    int line = 1;
    for (int start = 0; start < text.length(); line++) {
      int end = lineAfter(start);
      if (!lines.contains(line)) {
        rest.append(text, start, end);
      }
      start = end;
    }
    return rest.toString();
  }

  private String checked(String changed, Map<ConfigName, String> wanted) throws IOException {
    IOException cause = null;
    try {
      if (ConfigText.parse(file, changed, ofProject).values().equals(wanted)) {
        return changed;
      }
    } catch (FlintException e) {
      cause = e;
    }
    throw new FlintException(
        ErrorCode.USAGE,
        file + " is not written so that one line of it can be changed",
        "change it by hand",
        cause);
  }

  private String appended(String lines) {
    boolean whole = text.isEmpty() || text.endsWith("\n");
    return text + (whole ? "" : lineEnd) + lines + lineEnd;
  }

  /** Puts lines after the one an entry ends on. */
  private String inserted(ConfigEntry after, String lines) {
    int at = lineAfter(index(after.at().end()));
    return text.charAt(at - 1) == '\n'
        ? text.substring(0, at) + lines + lineEnd + text.substring(at)
        : text + lineEnd + lines + lineEnd;
  }

  private int lineAfter(int index) {
    int end = text.indexOf('\n', index);
    return end < 0 ? text.length() : end + 1;
  }

  private int lineOf(int codePoint) {
    return 1 + (int) text.substring(0, index(codePoint)).chars().filter(c -> c == '\n').count();
  }

  private int index(int codePoint) {
    return text.offsetByCodePoints(0, codePoint);
  }

  /** As it is read again. */
  private static String settled(ConfigKey key, String value) {
    return key.kind() == ConfigKey.Kind.MIRRORS
        ? ConfigKey.mirrors(value).stream().map(Mirror::toString).collect(Collectors.joining(","))
        : value;
  }

  private static String written(ConfigKey key, String value) {
    return switch (key.kind()) {
      case MIRRORS ->
          ConfigKey.mirrors(value).stream()
              .map(mirror -> plainOrQuoted(mirror.toString()))
              .toList()
              .toString();
      case PATH, REALM -> plainOrQuoted(value);
      default -> value;
    };
  }

  private static String plainOrQuoted(String value) {
    boolean word = List.of("true", "false", "null").contains(value.toLowerCase(Locale.ROOT));
    return PLAIN.matcher(value).matches() && !word ? value : quoted(value);
  }

  /** In YAML's own way, in which only the quote itself has a meaning. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
