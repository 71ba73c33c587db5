package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.DerivedFile;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * What the last list told, so that the next one opens no manifest and no config twice, and reads no
 * index that is still the same. A line for each image, by name, under a line that tells the index
 * and a first one with the version that wrote them and a sum. A file that is not exactly so says
 * nothing.
 */
final class KnownFacts {
  private static final String MAGIC = "flint-images 2 ";

  /** Instead of an index: the lines are of some of its images. */
  private static final String SOME = "-\n";

  private static final char SEPARATOR = '\t';
  private static final int FIELDS = 9;

  private final DerivedFile file;
  private final String version;

  /** Of what was read, all but the first line. */
  private final String text;

  private @Nullable Map<String, ImageFacts> byEntry;

  private KnownFacts(DerivedFile file, String version, String text) {
    this.file = file;
    this.version = version;
    this.text = text;
  }

  /**
   * Reads the file.
   *
   * @param version of Flint, as another may tell other facts from the same bytes
   */
  static KnownFacts read(DerivedFile file, String version) {
    String all = file.read().map(b -> new String(b, StandardCharsets.ISO_8859_1)).orElse("");
    String text = all.substring(all.indexOf('\n') + 1);
    boolean whole = all.startsWith(MAGIC) && all.startsWith(firstLine(version, text));
    return new KnownFacts(file, version, whole ? text : "");
  }

  private static String firstLine(String version, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return MAGIC + version + " " + sum(new CRC32(), bytes) + "\n";
  }

  /**
   * Tells an index from others. Two sums together, as one alone would be the same by chance once in
   * four thousand million changes; SHA-256 takes thirty times as long before it is compiled.
   */
  private static String line(byte[] index) {
    return index.length + " " + sum(new CRC32(), index) + " " + sum(new CRC32C(), index) + "\n";
  }

  private static String sum(Checksum sum, byte[] bytes) {
    sum.update(bytes, 0, bytes.length);
    return Long.toHexString(sum.getValue());
  }

  /** The whole list, if it was of exactly this index and all manifests are there as they were. */
  Optional<List<ImageSummary>> whole(byte[] index, OciLayout store) throws IOException {
    String line = line(index);
    if (!text.startsWith(line)) {
      return Optional.empty();
    }
    List<ImageSummary> images = new ArrayList<>();
    try {
      for (int at = line.length(); at < text.length(); at = text.indexOf('\n', at) + 1) {
        String[] fields = fields(at);
        Digest digest = Digest.parse(fields[0]);
        Optional<Blob> manifest = store.find(digest);
        if (manifest.isEmpty() || manifest.get().size() != Long.parseLong(fields[2])) {
          return Optional.empty();
        }
        images.add(new ImageSummary(fields[FIELDS - 1], digest, facts(fields)));
      }
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.of(images);
  }

  /** What is known of an entry's bytes. */
  Optional<ImageFacts> find(Descriptor entry) {
    Map<String, ImageFacts> facts = byEntry;
    if (facts == null) {
      facts = byEntry();
      byEntry = facts;
    }
    return Optional.ofNullable(facts.get(key(entry)));
  }

  private Map<String, ImageFacts> byEntry() {
    Map<String, ImageFacts> facts = new HashMap<>();
    try {
      for (int at = text.indexOf('\n') + 1; at < text.length(); at = text.indexOf('\n', at) + 1) {
        String[] fields = fields(at);
        facts.put(key(fields[0], fields[1], fields[2]), facts(fields));
      }
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
    return facts;
  }

  /**
   * The fields of the line that begins there.
   *
   * @throws IllegalArgumentException if there are others
   */
  private String[] fields(int from) {
    String[] fields = new String[FIELDS];
    int start = from;
    for (int i = 0; i < FIELDS; i++) {
      int end = text.indexOf(i < FIELDS - 1 ? SEPARATOR : '\n', start);
      if (end < 0) {
        throw new IllegalArgumentException("no line of " + FIELDS + " fields");
      }
      fields[i] = text.substring(start, end);
      start = end + 1;
    }
    return fields;
  }

  private static ImageFacts facts(String[] fields) {
    return new ImageFacts(fields[3], fields[4], fields[5], fields[6], Long.parseLong(fields[7]));
  }

  private static String key(Descriptor entry) {
    return key(entry.digest().toString(), entry.mediaType().toString(), entry.size() + "");
  }

  private static String key(String digest, String mediaType, String size) {
    return digest + SEPARATOR + mediaType + SEPARATOR + size;
  }

  /** What the next list shall know. */
  final class Lines {
    private final StringBuilder lines = new StringBuilder();
    private final byte[] index;
    private boolean whole = true;

    private Lines(byte[] index) {
      this.index = index;
    }

    /** Adds an image, if all that is told of it is plain text. */
    void add(Descriptor entry, String name, ImageFacts facts) {
      String line =
          key(entry)
              + SEPARATOR
              + facts.backend()
              + SEPARATOR
              + facts.platform()
              + SEPARATOR
              + facts.created()
              + SEPARATOR
              + facts.diskFormat()
              + SEPARATOR
              + facts.sizeBytes()
              + SEPARATOR;
      boolean plainName = isPlain(name, 0);
      if (isPlain(line, FIELDS - 1)) {
        lines.append(line).append(plainName ? name : "").append('\n');
        whole &= plainName;
      } else {
        whole = false;
      }
    }

    /** An image of which nothing is known. */
    void addUnknown() {
      whole = false;
    }

    /** Writes them, if there is anything new. */
    void save() {
      String after = (whole ? line(index) : SOME) + lines;
      if (!after.equals(text)) {
        String all = firstLine(version, after) + after;
        file.write(all.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
  }

  /** None yet, for a list of this index. */
  Lines newLines(byte[] index) {
    return new Lines(index);
  }

  /** With so many separators, and nothing that another reader would take for the end of one. */
  private static boolean isPlain(String text, int separators) {
    int found = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      found += c == SEPARATOR ? 1 : 0;
      if (c != SEPARATOR && (c < ' ' || c > '~')) {
        return false;
      }
    }
    return found == separators;
  }
}
