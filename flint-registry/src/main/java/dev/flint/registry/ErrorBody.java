package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a registry says about a refusal (OCI distribution spec, "Error Codes"). Proxies answer in
 * HTML or not at all; then the texts are empty. Each is one short line.
 *
 * @param digests all that are named anywhere
 */
record ErrorBody(String code, String message, boolean wantsTls, Set<Digest> digests) {
  private static final int MAX_BODY = 64 * 1024;
  private static final int MAX_PART = 200;
  private static final Pattern DIGEST =
      Pattern.compile("sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})(?![0-9A-Za-z])");
  private static final ErrorBody NOTHING = new ErrorBody("", "", false, Set.of());

  static ErrorBody read(InputStream body) {
    byte[] bytes;
    try {
      bytes = body.readNBytes(MAX_BODY);
    } catch (IOException e) {
      return NOTHING;
    }
    try {
      List<JsonObject> errors = JsonObject.parse(bytes, "error").objects("errors");
      return errors.isEmpty()
          ? NOTHING
          : new ErrorBody(
              line(errors.get(0).string("code")),
              line(errors.get(0).string("message")),
              false,
              digests(bytes));
    } catch (FlintException e) {
      // What Go's and nginx's servers say to plain http on their port for TLS.
      String text = latin(bytes);
      return new ErrorBody(
          "",
          "",
          text.contains("HTTP request to an HTTPS server")
              || text.contains("plain HTTP request was sent to HTTPS port"),
          Set.of());
    }
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Registries put them into the detail, in several forms, or into the message. */
  private static Set<Digest> digests(byte[] bytes) {
    return DIGEST
        .matcher(latin(bytes))
        .results()
        .map(found -> Digest.parse(found.group()))
        .collect(Collectors.toSet());
  }

  private static String line(Optional<String> text) {
    String line = text.orElse("").replaceAll("[\\s\\p{Cc}]+", " ").strip();
    if (line.length() <= MAX_PART) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(MAX_PART - 1)) ? MAX_PART - 1 : MAX_PART;
    return line.substring(0, end);
  }

  /** Both parts that are there. */
  String text() {
    return code.isEmpty() || message.isEmpty() ? code + message : code + ": " + message;
  }
}
