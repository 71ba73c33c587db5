package dev.flint.oci;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image: {@code [HOST/]REPOSITORY[:TAG][@DIGEST]} by the grammar of the OCI
 * distribution spec. As with Docker the first path piece is a host if it holds a dot or a colon or
 * is {@code localhost}; unlike Docker a name without a host stays a local name and is never
 * completed to Docker Hub. Immutable and always well-formed.
 */
public final class Reference {
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final Pattern HOST =
      Pattern.compile(
          "(?:\\[[0-9a-f:.]{2,45}\\]|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)"
              + "(?::([0-9]{1,5}))?");
  private static final Pattern BARE_DIGEST = Pattern.compile("[a-f0-9]{64}");
  private static final int MAX_NAME = 255;

  /** Room for the longest name, tag and digest. A pattern must not see more: it recurses. */
  private static final int MAX_TEXT = 1024;

  private static final String DEFAULT_TAG = "latest";

  private final String host;
  private final String repository;
  private final String tag;
  private final Optional<Digest> digest;

  private Reference(String host, String repository, String tag, Optional<Digest> digest) {
    this.host = host;
    this.repository = repository;
    this.tag = tag;
    this.digest = digest;
  }

  /**
   * Parses a reference.
   *
   * @throws IllegalArgumentException naming the reference and the rule it breaks
   */
  public static Reference parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw malformed(text.substring(0, 80) + "...", "longer than " + MAX_TEXT + " characters");
    }
    int user = text.lastIndexOf('@', text.lastIndexOf('/'));
    if (user >= 0) {
      // Not quoted in full, as a password may stand there.
      throw malformed(
          "..." + text.substring(user),
          "a user name does not belong here; put credentials into Docker's config.json");
    }
    if (text.contains("://")) {
      throw malformed(text, "leave out the scheme; --plain-http selects http");
    }
    String rest = text;
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      try {
        digest = Optional.of(Digest.parse(rest.substring(at + 1)));
      } catch (IllegalArgumentException e) {
        throw malformed(text, String.valueOf(e.getMessage()));
      }
      rest = rest.substring(0, at);
    }
    String host = "";
    int slash = rest.indexOf('/');
    if (slash >= 0 && looksLikeHost(rest.substring(0, slash))) {
      host = checkedHost(rest.substring(0, slash), text);
      rest = rest.substring(slash + 1);
    }
    String tag = "";
    int colon = rest.indexOf(':');
    if (colon >= 0) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
      if (!TAG.matcher(tag).matches()) {
        throw malformed(
            text, "a tag is 1 to 128 letters, digits, '_', '.' or '-', not starting with . or -");
      }
    }
    checkRepository(rest, text);
    if (host.length() + 1 + rest.length() > MAX_NAME) {
      throw malformed(text, "host and repository are longer than " + MAX_NAME + " characters");
    }
    if (host.isEmpty() && BARE_DIGEST.matcher(rest).matches()) {
      throw malformed(text, "64 hexadecimal digits are a digest, not a name");
    }
    return new Reference(host, rest, tag, digest);
  }

  /** Makes a reference of parts; an empty tag means none. */
  public static Reference of(String host, String repository, String tag) {
    return parse(
        (host.isEmpty() ? "" : host + "/") + repository + (tag.isEmpty() ? "" : ":" + tag));
  }

  private static boolean looksLikeHost(String piece) {
    return piece.indexOf('.') >= 0
        || piece.indexOf(':') >= 0
        || piece.equals("localhost")
        || !piece.equals(piece.toLowerCase(Locale.ROOT));
  }

  private static String checkedHost(String piece, String text) {
    String host = piece.toLowerCase(Locale.ROOT);
    var matcher = HOST.matcher(host);
    if (!matcher.matches()) {
      throw malformed(text, "\"" + piece + "\" is not a registry host");
    }
    String port = matcher.group(1);
    if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535)) {
      throw malformed(text, "the port is not within 1 to 65535");
    }
    return host;
  }

  /**
   * Parses a registry that stands alone, {@code HOST[:PORT]}.
   *
   * @return it in lower case
   * @throws IllegalArgumentException naming the text and the rule it breaks
   */
  public static String parseHost(String text) {
    String rule =
        text.contains("://")
            ? "leave out the scheme"
            : "a registry is HOST[:PORT] with a dot or a port, or localhost";
    if (text.indexOf('@') >= 0) {
      // Not quoted, as a password may stand before it.
      throw new IllegalArgumentException("not a registry: a user name does not belong here");
    }
    if (text.length() > MAX_NAME || !looksLikeHost(text)) {
      throw new IllegalArgumentException("not a registry: \"" + text + "\": " + rule);
    }
    try {
      return checkedHost(text, text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a registry: \"" + text + "\": " + rule, e);
    }
  }

  private static void checkRepository(String repository, String text) {
    for (String component : repository.split("/", -1)) {
      if (!COMPONENT.matcher(component).matches()) {
        throw malformed(
            text,
            "a repository is lower-case letters and digits, joined by single '.', '_', '__' or"
                + " dashes, in pieces separated by '/'");
      }
    }
  }

  private static IllegalArgumentException malformed(String text, String rule) {
    return new IllegalArgumentException("not an image reference: \"" + text + "\": " + rule);
  }

  /** Whether the text is a legal tag. */
  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** The registry, {@code HOST[:PORT]} in lower case; empty for a local name. */
  public String host() {
    return host;
  }

  /** The repository path. */
  public String repository() {
    return repository;
  }

  /** The tag; {@code latest} if neither tag nor digest was given, empty if only a digest was. */
  public String tag() {
    return tag.isEmpty() && digest.isEmpty() ? DEFAULT_TAG : tag;
  }

  /** Whether neither tag nor digest was given, so that {@link #tag} is a mere default. */
  public boolean isTagImplied() {
    return tag.isEmpty() && digest.isEmpty();
  }

  /** The digest, which decides where there is one; the tag is then for people only. */
  public Optional<Digest> digest() {
    return digest;
  }

  /** Host and repository. */
  public String name() {
    return host.isEmpty() ? repository : host + "/" + repository;
  }

  /** {@code NAME:TAG} without the digest, which is how the local store names it. */
  public String tagged() {
    return tag().isEmpty() ? name() : name() + ":" + tag();
  }

  /** The same image by digest, without tag. */
  public Reference withDigest(Digest newDigest) {
    return new Reference(host, repository, "", Optional.of(newDigest));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Reference that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The canonical text, tag always spelled out. */
  @Override
  public String toString() {
    return tagged() + digest.map(d -> "@" + d).orElse("");
  }
}
