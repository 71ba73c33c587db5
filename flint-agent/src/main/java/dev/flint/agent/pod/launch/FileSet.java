package dev.flint.agent.pod.launch;

import dev.flint.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Small files to be written together, by their relative paths. Confined to one thread. */
final class FileSet {
  /**
   * A file.
   *
   * @param mode permission bits
   * @param owner a user's number, or -1 for the agent's
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody, changed by nobody.
  record Content(byte[] bytes, int mode, int owner) {}

  private final Map<String, Content> files = new TreeMap<>();

  /** Later ones win, as with the kubelet. */
  void add(String path, byte[] bytes, int mode) {
    add(path, bytes, mode, -1);
  }

  void add(String path, byte[] bytes, int mode, int owner) {
    files.put(path, new Content(bytes, mode, owner));
  }

  Map<String, Content> files() {
    return files;
  }

  /** The same for the same files. */
  String print() {
    MessageDigest hasher = Digest.sha256Hasher();
    for (Map.Entry<String, Content> file : files.entrySet()) {
      Content content = file.getValue();
      String head = file.getKey() + "\0" + content.mode + "\0" + content.bytes.length + "\0";
      hasher.update(head.getBytes(StandardCharsets.UTF_8));
      hasher.update(content.bytes);
    }
    return HexFormat.of().formatHex(hasher.digest(), 0, 12);
  }
}
