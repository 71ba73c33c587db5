package dev.flint.agent.kube.testing;

import java.time.Clock;
import java.util.Optional;

/**
 * How a server is.
 *
 * @param tls absent for plain HTTP
 * @param history how many changes one who watches may be behind, before it is told 410
 * @param podDefaults whether pods get the defaults that a real server gives them
 */
public record ServerSettings(
    Optional<ServerTls> tls, Clock clock, int history, boolean podDefaults) {
  /** Plain HTTP, the system's clock, a long history, defaults for pods. */
  public static ServerSettings usual() {
    return new ServerSettings(Optional.empty(), Clock.systemUTC(), 10_000, true);
  }

  public ServerSettings withTls(ServerTls tls) {
    return new ServerSettings(Optional.of(tls), clock, history, podDefaults);
  }

  public ServerSettings withClock(Clock clock) {
    return new ServerSettings(tls, clock, history, podDefaults);
  }

  public ServerSettings withHistory(int history) {
    return new ServerSettings(tls, clock, history, podDefaults);
  }

  public ServerSettings withoutPodDefaults() {
    return new ServerSettings(tls, clock, history, false);
  }
}
