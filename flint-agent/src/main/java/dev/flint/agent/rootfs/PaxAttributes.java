package dev.flint.agent.rootfs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Extended attributes out of the PAX records before a tar entry (POSIX pax, "extended header
 * keywords", with the {@code SCHILY.xattr.} keys of star that tools for layers write). Only those
 * that an image has a reason to carry: a file's capabilities, and what programs keep for
 * themselves. Others steer overlayfs or the host's own security modules.
 */
final class PaxAttributes {
  static final String PREFIX = "SCHILY.xattr.";
  private static final int BLOCK = 512;
  private static final int MAX_VALUE = 64 * 1024;

  private PaxAttributes() {}

  /** Reads them; what is not of the form is passed over, as a tar reader has seen it already. */
  static Map<String, byte[]> read(byte[] headers) {
    Map<String, byte[]> out = new LinkedHashMap<>();
    int at = 0;
    while (at + BLOCK <= headers.length) {
      long size = octal(headers, at + 124, 12);
      int data = at + BLOCK;
      if (size < 0 || size > headers.length - data) {
        return out;
      }
      if (headers[at + 156] == 'x') {
        records(headers, data, data + (int) size, out);
      }
      at = data + (int) ((size + BLOCK - 1) / BLOCK * BLOCK);
    }
    return out;
  }

  /** Records are {@code LENGTH KEY=VALUE\n}, the length in decimal and of all of it. */
  private static void records(byte[] bytes, int start, int end, Map<String, byte[]> out) {
    int at = start;
    while (at < end) {
      int space = indexOf(bytes, ' ', at, end);
      long length = space < 0 ? -1 : decimal(bytes, at, space);
      if (length < space - at + 2 || length > end - at) {
        return;
      }
      int next = at + (int) length;
      int equals = indexOf(bytes, '=', space, next);
      if (equals > 0) {
        String key = new String(bytes, space + 1, equals - space - 1, StandardCharsets.UTF_8);
        byte[] value = Arrays.copyOfRange(bytes, equals + 1, next - 1);
        if (key.startsWith(PREFIX) && isWanted(key.substring(PREFIX.length()), value)) {
          out.put(key.substring(PREFIX.length()), value);
        }
      }
      at = next;
    }
  }

  private static boolean isWanted(String name, byte[] value) {
    return value.length <= MAX_VALUE
        && name.indexOf('\0') < 0
        && (name.equals("security.capability")
            || (name.startsWith("user.") && !name.startsWith("user.overlay.")));
  }

  private static int indexOf(byte[] bytes, char wanted, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static long decimal(byte[] bytes, int from, int end) {
    long value = 0;
    for (int i = from; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9' || value > Integer.MAX_VALUE) {
        return -1;
      }
      value = 10 * value + bytes[i] - '0';
    }
    return value;
  }

  private static long octal(byte[] bytes, int from, int length) {
    long value = 0;
    for (int i = from; i < from + length && bytes[i] != 0 && bytes[i] != ' '; i++) {
      if (bytes[i] < '0' || bytes[i] > '7') {
        return -1;
      }
      value = 8 * value + bytes[i] - '0';
    }
    return value;
  }
}
