package dev.flint.registry.http;

import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.HostSettings;
import dev.flint.registry.settings.RegistrySettings;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What a client goes by: settings, proxies, limits. Thread-safe. */
public final class Network {
  private final RegistrySettings settings;
  private final Proxies proxies;
  private final Consumer<String> warnings;
  private final RateLimits limits;

  /** Looked up once: what is not in the config file lies in folders. */
  private final Map<String, HostSettings> named = new ConcurrentHashMap<>();

  private final Map<String, HostSettings> others = new ConcurrentHashMap<>();

  /**
   * A network.
   *
   * @param warnings is told what the user must not overlook, a line each
   */
  public Network(RegistrySettings settings, Proxies proxies, Consumer<String> warnings) {
    this(
        settings, proxies, warnings, new RateLimits(settings.link().limitRate(), new SystemTime()));
  }

  /** One that shares its limits. */
  Network(
      RegistrySettings settings, Proxies proxies, Consumer<String> warnings, RateLimits limits) {
    this.settings = settings;
    this.proxies = proxies;
    this.warnings = warnings;
    this.limits = limits;
  }

  /** One without settings, proxies and limits. */
  static Network plain() {
    return new Network(RegistrySettings.NONE, Proxies.NONE, line -> {});
  }

  /** The same link with the settings that hold for mirrors. */
  public Network forMirrors() {
    return new Network(settings.forMirrors(), proxies, warnings, limits);
  }

  RegistrySettings settings() {
    return settings;
  }

  Proxies proxies() {
    return proxies;
  }

  void warn(String line) {
    warnings.accept(line);
  }

  /**
   * The settings for the host of a call: what the user said of a registry does not hold for others
   * that it sends us to.
   *
   * @throws FlintException LOCAL_IO for certificates that are not complete
   */
  HostSettings of(Call call) throws IOException {
    String host = authority(call.url());
    if (!call.isNamed()) {
      return other(host);
    }
    HostSettings known = named.get(host);
    if (known == null) {
      known = settings.named(host);
      named.put(host, known);
    }
    return known;
  }

  private HostSettings other(String host) throws IOException {
    HostSettings known = others.get(host);
    if (known == null) {
      known = settings.other(host);
      others.put(host, known);
    }
    return known;
  }

  /** The limit that the bodies of a call keep to. */
  RateLimit limit(Call call) throws IOException {
    return limits.of(call, other(RateLimits.registryOf(call)));
  }

  static String authority(URI url) {
    return String.valueOf(url.getRawAuthority()).toLowerCase(Locale.ROOT);
  }
}
