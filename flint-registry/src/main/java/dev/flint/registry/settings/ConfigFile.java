package dev.flint.registry.settings;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is configured of the link and of registries (docs/configuration.md).
 *
 * @param hosts by {@code HOST[:PORT]} in lower case
 */
public record ConfigFile(LinkSettings link, Map<String, HostSettings> hosts) {
  /** The file is not there, or says nothing. */
  public static final ConfigFile EMPTY = new ConfigFile(LinkSettings.DEFAULT, Map.of());

  /**
   * Reads {@code $FLINT_CONFIG}, which must be there, else {@code flint/config.yaml} in {@code
   * $XDG_CONFIG_HOME} or {@code ~/.config}, which need not.
   *
   * @throws FlintException USAGE naming file and line of what is wrong
   */
  public static ConfigFile find(Map<String, String> env, Path home) throws IOException {
    // Without the file none of the classes that read it are loaded.
    return isThere(env, home) ? of(ConfigText.read(place(env, home), false)) : EMPTY;
  }

  /**
   * Whether the user has a file.
   *
   * @throws FlintException LOCAL_IO if the environment names one that cannot be
   */
  static boolean isThere(Map<String, String> env, Path home) throws FlintException {
    Path file = place(env, home);
    boolean there = Files.exists(file);
    if (isNamed(env) && (!there || Files.isDirectory(file))) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          there ? file + " is a folder" : "no such file: " + file,
          "FLINT_CONFIG names it");
    }
    return there;
  }

  private static boolean isNamed(Map<String, String> env) {
    return !env.getOrDefault("FLINT_CONFIG", "").isEmpty();
  }

  /** Where the user's file is, or would be. */
  static Path place(Map<String, String> env, Path home) {
    if (isNamed(env)) {
      return Path.of(env.getOrDefault("FLINT_CONFIG", ""));
    }
    String folder = env.getOrDefault("XDG_CONFIG_HOME", "");
    return (folder.isEmpty() ? home.resolve(".config") : Path.of(folder))
        .resolve("flint/config.yaml");
  }

  /** What a text says; paths in it are relative to the folder of its file. */
  static ConfigFile of(ConfigText text) throws FlintException {
    requirePairs(text);
    LinkSettings link = LinkSettings.DEFAULT;
    Map<String, Map<ConfigKey, String>> registries = new HashMap<>();
    text.hosts().keySet().forEach(host -> registries.put(host, new EnumMap<>(ConfigKey.class)));
    for (ConfigEntry entry : text.entries()) {
      ConfigName name = entry.name();
      Map<ConfigKey, String> own = registries.get(name.host());
      if (own == null) {
        link = with(link, name.key(), entry.value());
      } else {
        own.put(name.key(), entry.value());
      }
    }
    Map<String, HostSettings> hosts = new HashMap<>();
    registries.forEach((host, values) -> hosts.put(host, host(values, text.file())));
    return new ConfigFile(link, Map.copyOf(hosts));
  }

  /** A certificate is of no use without its key; one is set before the other, though. */
  private static void requirePairs(ConfigText text) throws FlintException {
    for (ConfigEntry entry : text.entries()) {
      ConfigKey key = entry.name().key();
      if (key == ConfigKey.CERT || key == ConfigKey.KEY) {
        ConfigKey other = key == ConfigKey.CERT ? ConfigKey.KEY : ConfigKey.CERT;
        if (text.find(new ConfigName(entry.name().host(), other)).isEmpty()) {
          throw new FlintException(
              ErrorCode.USAGE,
              text.file() + " line " + entry.at().line() + ": cert and key go together");
        }
      }
    }
  }

  /** A copy in which something goes before the file. */
  ConfigFile with(ConfigKey key, String value) {
    return new ConfigFile(with(link, key, value), hosts);
  }

  private static LinkSettings with(LinkSettings link, ConfigKey key, String value) {
    return switch (key) {
      case LIMIT_RATE -> link.limitRate(Rate.parse(value));
      case MIN_RATE -> link.minRate(Rate.parse(value));
      case STALL_TIMEOUT -> link.stallTimeout(LinkSettings.seconds(value));
      default -> link;
    };
  }

  private static HostSettings host(Map<ConfigKey, String> values, Path file) {
    TlsSettings tls = TlsSettings.DEFAULT;
    if (values.containsKey(ConfigKey.CA_FILE)) {
      tls = tls.trusting(List.of(path(values, ConfigKey.CA_FILE, file)));
    }
    if (values.containsKey(ConfigKey.CERT)) {
      tls =
          tls.showing(
              new ClientIdentity(
                  path(values, ConfigKey.CERT, file), path(values, ConfigKey.KEY, file)));
    }
    tls = flag(values, ConfigKey.INSECURE_SKIP_VERIFY).orElse(false) ? tls.unverified() : tls;
    tls = flag(values, ConfigKey.HTTP2).orElse(false) ? tls.overHttp2() : tls;
    Optional<String> chunk = Optional.ofNullable(values.get(ConfigKey.CHUNK_SIZE));
    return new HostSettings(
        flag(values, ConfigKey.PLAIN_HTTP),
        tls,
        Optional.ofNullable(values.get(ConfigKey.AUTH_REALM)).map(AuthRealm::parse),
        ConfigKey.mirrors(values.getOrDefault(ConfigKey.MIRRORS, "")),
        UploadMode.of(values.getOrDefault(ConfigKey.UPLOAD, ConfigKey.UPLOAD.usual())),
        chunk.isPresent() ? OptionalLong.of(ConfigKey.size(chunk.get())) : OptionalLong.empty(),
        Optional.ofNullable(values.get(ConfigKey.REGISTRY_LIMIT_RATE)).map(Rate::parse));
  }

  private static Optional<Boolean> flag(Map<ConfigKey, String> values, ConfigKey key) {
    return Optional.ofNullable(values.get(key)).map("true"::equals);
  }

  private static Path path(Map<ConfigKey, String> values, ConfigKey key, Path file) {
    return file.resolveSibling(values.getOrDefault(key, ""));
  }
}
