package dev.flint.registry.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * All that can be configured: what is read, listed, checked and documented follows from this table
 * (docs/configuration.md). Secrets are not in it.
 */
public enum ConfigKey {
  /** Default of {@code --compression}. */
  COMPRESSION(Scope.PROJECT, Kind.COMPRESSION, "gzip", "layers of new images: gzip, zstd or none"),
  /** Default of {@code --jobs}. */
  JOBS(Scope.PROJECT, Kind.JOBS, "3", "how many blobs are transferred at a time, 1 to 16"),
  /** Of the link as a whole. */
  LIMIT_RATE(
      Scope.PROJECT,
      Kind.RATE,
      "",
      "all transfers together, bytes per second; K, M, G are powers of 1024"),
  /** Of a body. */
  MIN_RATE(
      Scope.PROJECT,
      Kind.RATE,
      "1000",
      "bytes per second a body must bring on average over the stall timeout; 0 for any"),
  /** Default of {@code --output}. */
  OUTPUT(Scope.PROJECT, Kind.OUTPUT, "table", "form of results: table, json or yaml"),
  /** Default of {@code --progress}. */
  PROGRESS(
      Scope.PROJECT,
      Kind.PROGRESS,
      "auto",
      "how progress is shown: auto, tty, plain, json or none"),
  /** Of a connection. */
  STALL_TIMEOUT(
      Scope.PROJECT,
      Kind.SECONDS,
      "60",
      "seconds without a byte after which a connection is given up"),
  /** Of a registry. */
  PLAIN_HTTP(Scope.REGISTRY, Kind.FLAG, "", "http without TLS; if not set, only for this machine"),
  /** Of a registry. */
  CA_FILE(Scope.REGISTRY, Kind.PATH, "", "trusted beside the authorities of the JDK"),
  /** Of a registry. */
  CERT(Scope.REGISTRY, Kind.PATH, "", "shown to the registry (mutual TLS), with its key"),
  /** Of a registry. */
  KEY(Scope.REGISTRY, Kind.PATH, "", "of cert: PKCS#8, PKCS#1 or SEC 1 in PEM, not encrypted"),
  /** Of a registry. */
  INSECURE_SKIP_VERIFY(Scope.REGISTRY, Kind.FLAG, "false", "no check of the certificate"),
  /** Of a registry. */
  HTTP2(
      Scope.REGISTRY, Kind.FLAG, "false", "offer HTTP/2; a few connections of HTTP/1.1 are faster"),
  /** Of a registry. */
  AUTH_REALM(
      Scope.REGISTRY, Kind.REALM, "", "the token server may be there and get the credentials"),
  /** Of a registry. */
  MIRRORS(Scope.REGISTRY, Kind.MIRRORS, "", "asked first, in this order; HOST[:PORT][/PREFIX]"),
  /** Of a registry. */
  UPLOAD(Scope.REGISTRY, Kind.UPLOAD, "auto", "auto, monolithic or chunked"),
  /** Of a registry. */
  CHUNK_SIZE(Scope.REGISTRY, Kind.SIZE, "", "of uploads in pieces, such as 8M"),
  /** Of a registry. */
  REGISTRY_LIMIT_RATE(
      Scope.REGISTRY, Kind.RATE, "", "for it alone, if the link as a whole has no limit");

  /** Who may set a key. */
  enum Scope {
    /** Whoever wrote a folder that the user works in, too: what cannot do harm. */
    PROJECT,
    /** The user alone, for one registry. */
    REGISTRY
  }

  /** What a value may be. */
  enum Kind {
    COMPRESSION("gzip zstd none"),
    OUTPUT("table json yaml"),
    PROGRESS("auto tty plain json none"),
    UPLOAD("auto monolithic chunked"),
    FLAG("true false"),
    JOBS(""),
    RATE(""),
    SECONDS(""),
    SIZE(""),
    PATH(""),
    REALM(""),
    MIRRORS("");

    /** What it may be, with blanks between. */
    private final String words;

    Kind(String words) {
      this.words = words;
    }

    private List<String> words() {
      return words.isEmpty() ? List.of() : List.of(words.split(" ", -1));
    }
  }

  private final Scope scope;
  private final Kind kind;
  private final String usual;
  private final String description;

  ConfigKey(Scope scope, Kind kind, String usual, String description) {
    this.scope = scope;
    this.kind = kind;
    this.usual = usual;
    this.description = description;
  }

  /** As it is written: {@code limit-rate}. */
  public String word() {
    String word = name().toLowerCase(Locale.ROOT).replace('_', '-');
    return this == REGISTRY_LIMIT_RATE ? LIMIT_RATE.word() : word;
  }

  /** Whether it is about one registry. */
  public boolean isOfRegistry() {
    return scope == Scope.REGISTRY;
  }

  /** The variable that sets it, for keys that are not about one registry. */
  public String variable() {
    return "FLINT_" + name();
  }

  /** What holds if nobody sets it; empty for nothing. */
  public String usual() {
    return usual;
  }

  /** What it does. */
  public String description() {
    return description;
  }

  /** The words it may be; empty if it may be others. */
  public List<String> words() {
    return kind.words();
  }

  Kind kind() {
    return kind;
  }

  /** The keys of registries, or the others. Without a stream: every run comes through here. */
  static List<ConfigKey> all(boolean ofRegistry) {
    List<ConfigKey> all = new ArrayList<>();
    for (ConfigKey key : values()) {
      if (key.isOfRegistry() == ofRegistry) {
        all.add(key);
      }
    }
    return all;
  }

  /**
   * Checks a value.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public void check(String value) {
    switch (kind) {
      case RATE -> Rate.parse(value);
      case SIZE -> size(value);
      case SECONDS -> LinkSettings.seconds(value);
      case PATH -> path(value);
      case REALM -> AuthRealm.parse(value);
      case MIRRORS -> mirrors(value);
      case JOBS -> jobs(value);
      default -> word(value);
    }
  }

  /** Mirrors as one text. */
  static List<Mirror> mirrors(String value) {
    return value.isEmpty()
        ? List.of()
        : Arrays.stream(value.split(",", -1)).map(text -> Mirror.parse(text.strip())).toList();
  }

  static long size(String value) {
    long bytes = Rate.parse(value).bytesPerSecond();
    if (bytes == 0) {
      throw new IllegalArgumentException("no bytes at all");
    }
    return bytes;
  }

  private static void jobs(String value) {
    if (!value.matches("[1-9]|1[0-6]")) {
      throw new IllegalArgumentException("expected a number from 1 to 16: " + value);
    }
  }

  private static void path(String value) {
    boolean control = value.chars().anyMatch(Character::isISOControl);
    if (control || Path.of(value).toString().isEmpty()) {
      throw new IllegalArgumentException("not a file");
    }
  }

  private void word(String value) {
    List<String> words = words();
    if (!words.contains(value)) {
      int last = words.size() - 1;
      throw new IllegalArgumentException(
          "neither " + String.join(", ", words.subList(0, last)) + " nor " + words.get(last));
    }
  }
}
