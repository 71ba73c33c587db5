package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.store.DerivedFile;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What earlier lists read of images, so that a long list opens no manifest and no config twice: a
 * line for each, under a first line with the version that wrote them and a sum. A file that is not
 * exactly so says nothing.
 */
final class KnownFacts {
  private static final String MAGIC = "flint-images 1 ";
  private static final char SEPARATOR = '\t';
  private static final int FIELDS = 8;

  private final DerivedFile file;
  private final String version;

  /** Lines by all that an entry says. */
  private final Map<String, String> known;

  private final Map<String, String> used = new LinkedHashMap<>();
  private boolean changed;

  private KnownFacts(DerivedFile file, String version, Map<String, String> known) {
    this.file = file;
    this.version = version;
    this.known = known;
  }

  /**
   * Reads the file.
   *
   * @param version of Flint, as another may tell other facts from the same bytes
   */
  static KnownFacts read(DerivedFile file, String version) {
    String text = file.read().map(b -> new String(b, StandardCharsets.ISO_8859_1)).orElse("");
    int end = text.indexOf('\n') + 1;
    Map<String, String> known = new HashMap<>();
    if (end > 0 && text.substring(0, end).equals(firstLine(version, text.substring(end)))) {
      readLines(text, end, known);
    }
    return new KnownFacts(file, version, known);
  }

  private static void readLines(String text, int from, Map<String, String> known) {
    int start = from;
    for (int end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
      String line = text.substring(start, end);
      int facts = after(line, after(line, after(line, 0)));
      if (facts > 0) {
        known.put(line.substring(0, facts), line);
      }
    }
  }

  /** Behind the next separator; 0 if there is none. */
  private static int after(String line, int from) {
    return line.indexOf(SEPARATOR, from) + 1;
  }

  private static String firstLine(String version, String lines) {
    CRC32 sum = new CRC32();
    sum.update(lines.getBytes(StandardCharsets.ISO_8859_1));
    return MAGIC + version + " " + Long.toHexString(sum.getValue()) + "\n";
  }

  /** What is known of an entry's bytes. */
  Optional<ImageFacts> find(Descriptor entry) {
    String key = key(entry);
    String line = known.get(key);
    ImageFacts facts = line == null ? null : parse(line.substring(key.length()));
    if (line == null || facts == null) {
      return Optional.empty();
    }
    used.put(key, line);
    return Optional.of(facts);
  }

  private static @Nullable ImageFacts parse(String text) {
    String[] fields = new String[FIELDS - 3];
    int start = 0;
    for (int i = 0; i < fields.length; i++) {
      int end = i + 1 < fields.length ? text.indexOf(SEPARATOR, start) : text.length();
      if (end < 0) {
        return null;
      }
      fields[i] = text.substring(start, end);
      start = end + 1;
    }
    try {
      long size = Long.parseLong(fields[4]);
      return new ImageFacts(fields[0], fields[1], fields[2], fields[3], size);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Keeps what was read of an entry's bytes, if it is plain text. */
  void add(Descriptor entry, ImageFacts facts) {
    String line =
        key(entry)
            + facts.backend()
            + SEPARATOR
            + facts.platform()
            + SEPARATOR
            + facts.created()
            + SEPARATOR
            + facts.diskFormat()
            + SEPARATOR
            + facts.sizeBytes();
    if (isPlain(line)) {
      used.put(key(entry), line);
      changed = true;
    }
  }

  /** Of the right fields, and nothing that another reader would take for the end of one. */
  private static boolean isPlain(String line) {
    int separators = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      separators += c == SEPARATOR ? 1 : 0;
      if (c != SEPARATOR && (c < ' ' || c > '~')) {
        return false;
      }
    }
    return separators == FIELDS - 1;
  }

  /** Writes what was used or added, if there is anything new. */
  void save() {
    if (!changed) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (String line : used.values()) {
      lines.append(line).append('\n');
    }
    String text = lines.toString();
    file.write((firstLine(version, text) + text).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String key(Descriptor entry) {
    return entry.digest().toString()
        + SEPARATOR
        + entry.mediaType()
        + SEPARATOR
        + entry.size()
        + SEPARATOR;
  }
}
