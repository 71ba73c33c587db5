package dev.flint.registry.http;

import dev.flint.registry.settings.HostSettings;
import dev.flint.registry.settings.Rate;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who must keep to which limit: all to that of the link, else each registry to its own, also where
 * it sends us elsewhere. Thread-safe.
 */
final class RateLimits {
  private final Optional<RateLimit> link;
  private final Time time;
  private final Map<String, RateLimit> hosts = new ConcurrentHashMap<>();

  /**
   * Limits.
   *
   * @param link for all together
   */
  RateLimits(Optional<Rate> link, Time time) {
    this.link = link.filter(RateLimits::isLimit).map(rate -> limit(rate, time));
    this.time = time;
  }

  /** The limit of a call, by the settings of the registry that it is about. */
  RateLimit of(Call call, HostSettings registry) {
    if (link.isPresent()) {
      return link.get();
    }
    Optional<Rate> rate = registry.limitRate().filter(RateLimits::isLimit);
    return rate.isEmpty()
        ? RateLimit.NONE
        : hosts.computeIfAbsent(registryOf(call), host -> limit(rate.get(), time));
  }

  /** The host of the first request of those that led here. */
  static String registryOf(Call call) {
    URI first = call.via().isEmpty() ? call.url() : call.via().get(0);
    return String.valueOf(first.getRawAuthority()).toLowerCase(Locale.ROOT);
  }

  private static boolean isLimit(Rate rate) {
    return rate.bytesPerSecond() > 0;
  }

  private static RateLimit limit(Rate rate, Time time) {
    return new RateLimit(rate.bytesPerSecond(), time);
  }
}
