package dev.flint.agent.kube.node;

import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/**
 * At which addresses this device is: those that are configured, or the one on the way to a server.
 * While there is no way the last one counts. Thread-safe.
 */
public final class NodeAddresses {
  private final List<String> configured;
  private final Supplier<List<String>> route;
  private volatile List<String> known = List.of();

  /**
   * None is known before the first look.
   *
   * @param configured measured if there are none
   */
  public NodeAddresses(List<String> configured, URI server) {
    this(configured, route(ServerPlace.of(server)));
  }

  NodeAddresses(List<String> configured, Supplier<List<String>> route) {
    this.configured = List.copyOf(configured);
    this.route = route;
  }

  private static Supplier<List<String>> route(ServerPlace place) {
    return () -> place.find().map(RouteAddress::to).orElse(List.of());
  }

  /** How they are now; takes at most a second. */
  public List<String> look() {
    List<String> now = configured.isEmpty() ? route.get() : configured;
    if (!now.isEmpty()) {
      known = now;
    }
    return known;
  }

  /** The first one at the last look, or empty if there was none. */
  public String first() {
    List<String> all = known;
    return all.isEmpty() ? "" : all.get(0);
  }
}
