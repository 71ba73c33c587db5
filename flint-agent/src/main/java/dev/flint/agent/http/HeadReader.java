package dev.flint.agent.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads heads of requests, as strictly as RFC 9112 lets a server be. For one thread. */
final class HeadReader {
  /** Of an address, in characters. */
  static final int LONGEST_ADDRESS = 32 * 1024;

  private static final int LONGEST_HEAD = 96 * 1024;
  private static final int MOST_FIELDS = 200;
  private static final String SEPARATORS = "\"(),/:;<=>?@[\\]{}";

  private final InputStream in;
  private int left;

  HeadReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next one.
   *
   * @param first its first byte, which was read already
   * @throws BadRequest if it is none
   * @throws EOFException if the client goes in the middle of it
   */
  RequestHead read(int first) throws IOException {
    left = LONGEST_HEAD;
    String line = line(first);
    while (line.isEmpty()) {
      line = line(-1);
    }
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !isToken(parts[0])) {
      throw new BadRequest(400, "no request line");
    }
    if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0")) {
      throw new BadRequest(505, "only HTTP/1.1");
    }
    String target = target(parts[1]);
    return new RequestHead(parts[0], target, parts[2].endsWith("1"), fields());
  }

  private static String target(String text) throws BadRequest {
    if (text.length() > LONGEST_ADDRESS) {
      throw new BadRequest(414, "the address has more than " + LONGEST_ADDRESS + " characters");
    }
    String target = text;
    int host = text.indexOf("://");
    if (host > 0 && !text.startsWith("/")) {
      // As if this were a proxy, which has to be understood.
      int path = text.indexOf('/', host + 3);
      target = path < 0 ? "/" : text.substring(path);
    }
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7f) {
        throw new BadRequest(400, "no address");
      }
    }
    if (!target.startsWith("/")) {
      throw new BadRequest(400, "no address");
    }
    return target;
  }

  private Map<String, List<String>> fields() throws IOException {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    int count = 0;
    for (String line = line(-1); !line.isEmpty(); line = line(-1)) {
      int colon = line.indexOf(':');
      if (colon < 1 || !isToken(line.substring(0, colon))) {
        throw new BadRequest(400, "no header field");
      }
      if (++count > MOST_FIELDS) {
        throw new BadRequest(431, "more than " + MOST_FIELDS + " header fields");
      }
      fields
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    return fields;
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f || SEPARATORS.indexOf(c) >= 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** A line without its end. */
  private String line(int first) throws IOException {
    StringBuilder line = new StringBuilder();
    int b = first < 0 ? in.read() : first;
    while (b != '\n') {
      if (b < 0) {
        throw new EOFException("the client went in the middle of a request");
      }
      if (--left < 0) {
        throw tooLong(line);
      }
      line.append((char) b);
      b = in.read();
    }
    int end = line.length();
    return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
  }

  private static BadRequest tooLong(CharSequence line) {
    return line.length() > LONGEST_ADDRESS
        ? new BadRequest(414, "the address has more than " + LONGEST_ADDRESS + " characters")
        : new BadRequest(431, "the head of the request has more than " + LONGEST_HEAD + " bytes");
  }
}
