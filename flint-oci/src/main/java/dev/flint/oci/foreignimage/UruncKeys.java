package dev.flint.oci.foreignimage;

import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an image says to urunc (urunc, docs/package: "Annotations"): keys that begin with {@code
 * com.urunc.unikernel.}, as annotations, labels or members of {@code /urunc.json}. Values are in
 * base64 where tools put them past a builder, and plain text in labels that people wrote.
 */
final class UruncKeys {
  static final String PREFIX = "com.urunc.unikernel.";
  static final String FILE = "urunc.json";

  private static final List<String> SHOWN = List.of("unikernelType", "hypervisor", "cmdline");

  private final Map<String, String> values;

  private UruncKeys(Map<String, String> values) {
    this.values = values;
  }

  static UruncKeys of(Map<String, String> from) {
    Map<String, String> values = new TreeMap<>();
    from.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            values.put(key.substring(PREFIX.length()), decoded(value));
          }
        });
    return new UruncKeys(values);
  }

  boolean isThere() {
    return !values.getOrDefault("binary", "").isEmpty();
  }

  List<ForeignFile> files() throws FlintException {
    List<ForeignFile> files = new ArrayList<>();
    add(files, FileRole.KERNEL, "binary");
    add(files, FileRole.INITRD, "initrd");
    add(files, FileRole.ROOTFS, "block");
    return files;
  }

  private void add(List<ForeignFile> files, FileRole role, String key) throws FlintException {
    String path = values.getOrDefault(key, "");
    if (!path.isEmpty()) {
      files.add(new ForeignFile.AtPath(role, RootPath.of(path, PREFIX + key)));
    }
  }

  Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    for (String key : SHOWN) {
      String value = values.getOrDefault(key, "");
      if (!value.isEmpty()) {
        facts.put(key, value);
      }
    }
    return facts;
  }

  /** Base64 of text is taken for that text; whatever is not is taken as it stands. */
  private static String decoded(String value) {
    if (value.startsWith("/") || value.length() % 4 != 0) {
      return value;
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Base64.getDecoder().decode(value)))
              .toString();
      return text.chars().allMatch(c -> c >= ' ' && c != 0x7f) ? text : value;
    } catch (CharacterCodingException | IllegalArgumentException e) {
      return value;
    }
  }

  static FlintException tooLong() {
    return new FlintException(ErrorCode.POLICY, "/" + FILE + " of the image is too long");
  }
}
