package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text that says which files a VMDK consists of (VMware, "Virtual Disk Format 5.0", The
 * Descriptor File). Only one that names nothing but the file it is in passes.
 */
final class VmdkDescriptor {
  private static final int MAX_BYTES = 64 << 10;
  private static final String ONE_OF_SEVERAL = "one part of a VMDK in several files";
  private static final Set<String> SINGLE_FILE = Set.of("monolithicsparse", "streamoptimized");
  // Possessive or DOTALL where backtracking over hostile text would take long.
  private static final Pattern EXTENT =
      Pattern.compile(
          "(RW|RDONLY|NOACCESS)\\s++(\\d{1,18})\\s++(\\S++)(?:\\s++\"([^\"]*+)\")?(.*)",
          Pattern.DOTALL);
  private static final Pattern SETTING = Pattern.compile("([\\w.]++)\\s*+=\\s*+\"?+([^\"]*+)\"?+");
  private static final Pattern TEXT_FILE =
      Pattern.compile("(?:[ \\t]*+(?:#[^\\n]*+)?+\\r?+\\n)*+version=[0-9].*", Pattern.DOTALL);

  private VmdkDescriptor() {}

  /** Whether a file that starts so is a descriptor without a disk, by QEMU's own rule or ours. */
  static boolean startsLikeTextFile(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    return text.startsWith("# disk descriptorfile") || TEXT_FILE.matcher(text).matches();
  }

  static void check(DiskFile file, VmdkHeader header) throws IOException {
    if (header.descriptorOffset() == 0 || header.descriptorSectors() == 0) {
      throw file.unsupported(ONE_OF_SEVERAL);
    }
    long length = header.descriptorSectors() * VmdkHeader.SECTOR;
    if (length > MAX_BYTES) {
      throw file.refused("a VMDK descriptor of %d bytes".formatted(length));
    }
    byte[] bytes =
        file.read(header.descriptorOffset() * VmdkHeader.SECTOR, (int) length, "VMDK descriptor")
            .array();
    String padded = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = padded.indexOf('\0');
    String text = end < 0 ? padded : padded.substring(0, end);
    // QEMU looks for this word anywhere, even in a comment.
    if (padded.toLowerCase(Locale.ROOT).contains("parentfilenamehint")) {
      throw file.refused("its VMDK descriptor names a parent disk");
    }
    List<String> lines =
        text.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith("#")).toList();
    if (lines.isEmpty()) {
      throw file.unsupported(ONE_OF_SEVERAL);
    }
    checkExtents(file, lines, header.capacity());
    checkSettings(file, lines);
  }

  private static void checkExtents(DiskFile file, List<String> lines, long capacity)
      throws FlintException {
    int extents = 0;
    for (String line : lines) {
      Matcher extent = EXTENT.matcher(line);
      if (!extent.matches()) {
        if (!SETTING.matcher(line).matches()) {
          throw file.refused("its VMDK descriptor has a line that is not understood");
        }
        continue;
      }
      extents++;
      String name = extent.group(4);
      if (extents > 1
          || !extent.group(3).equals("SPARSE")
          || name == null
          || name.isEmpty()
          || name.contains("/")
          || name.contains("\\")
          || !extent.group(5).isBlank()) {
        throw file.refused("its VMDK descriptor names other files");
      }
      if (Long.parseLong(extent.group(2)) != capacity) {
        throw file.damaged("its VMDK descriptor and header differ in size");
      }
    }
    if (extents == 0) {
      throw file.damaged("its VMDK descriptor has no extent");
    }
  }

  private static void checkSettings(DiskFile file, List<String> lines) throws FlintException {
    boolean single = false;
    for (String line : lines) {
      Matcher setting = SETTING.matcher(line);
      if (!setting.matches()) {
        continue;
      }
      String value = setting.group(2).strip().toLowerCase(Locale.ROOT);
      switch (setting.group(1).toLowerCase(Locale.ROOT)) {
        case "parentcid" -> {
          if (!value.equals("ffffffff")) {
            throw file.refused("its VMDK descriptor has a parent disk");
          }
        }
        case "createtype" -> {
          if (!SINGLE_FILE.contains(value)) {
            throw file.unsupported("a VMDK that is not monolithicSparse or streamOptimized");
          }
          single = true;
        }
        default -> {
          // Geometry, identifiers and tool versions name no file.
        }
      }
    }
    if (!single) {
      throw file.damaged("its VMDK descriptor has no createType");
    }
  }
}
