package dev.flint.agent.kube.node;

import dev.flint.agent.backend.Engine;
import dev.flint.oci.Platform;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Finds out what is to be said of this device. Confined to one thread. */
final class NodeLook {
  /** The newest Kubernetes whose nodes this agent does as. */
  private static final String KUBERNETES = "v1.36.0";

  private static final int MILLI = 1000;

  private final NodeSettings settings;
  private final NodeHost host;
  private final NodeBackends backends;
  private final EvictionLimits limits;
  private final NodeConditions conditions;
  private final BooleanSupplier podsAlive;
  private final NodeAddresses addresses;

  /**
   * Looks at a device.
   *
   * @param podsAlive whether anybody looks after the pods
   */
  NodeLook(
      NodeSettings settings,
      NodeHost host,
      NodeBackends backends,
      EvictionLimits limits,
      NodeConditions conditions,
      BooleanSupplier podsAlive,
      NodeAddresses addresses) {
    this.settings = settings;
    this.host = host;
    this.backends = backends;
    this.limits = limits;
    this.conditions = conditions;
    this.podsAlive = podsAlive;
    this.addresses = addresses;
  }

  /**
   * Looks.
   *
   * @param now in milliseconds of a clock that never jumps
   */
  NodeFacts at(long now) {
    backends.look(now);
    NodeHost.Readings readings = host.read();
    return new NodeFacts(
        NodeLabels.of(settings, Platform.host(), backends.names(), backends.engines()),
        status(readings),
        conditions.of(readings, unready(), now));
  }

  private String unready() {
    return podsAlive.getAsBoolean() ? backends.problem() : "nobody looks after the pods";
  }

  private JsonObject status(NodeHost.Readings readings) {
    Reserved reserved = settings.reserved().and(limits, readings.memory(), readings.storage());
    JsonObject status =
        JsonObject.empty()
            .with("capacity", amounts(readings, Reserved.NONE))
            .with("allocatable", amounts(readings, reserved))
            .withObjects("addresses", addresses());
    if (settings.port() > 0) {
      JsonObject kubelet = JsonObject.empty().with("Port", settings.port());
      status = status.with("daemonEndpoints", JsonObject.empty().with("kubeletEndpoint", kubelet));
    }
    status = status.with("nodeInfo", host.info(runtime(), version()));
    return settings.features().isEmpty()
        ? status
        : status.withStrings("declaredFeatures", settings.features());
  }

  private JsonObject amounts(NodeHost.Readings readings, Reserved reserved) {
    long milli = Math.max(0, readings.cpus() * (long) MILLI - reserved.milliCpu());
    return JsonObject.empty()
        .with("cpu", milli % MILLI == 0 ? String.valueOf(milli / MILLI) : milli + "m")
        .with("memory", kibibytes(readings.memory() - reserved.memory()))
        .with("ephemeral-storage", kibibytes(readings.storage() - reserved.storage()))
        .with("pods", String.valueOf(settings.maxPods()));
  }

  private static String kibibytes(long bytes) {
    return Math.max(0, bytes) / 1024 + "Ki";
  }

  private List<JsonObject> addresses() {
    List<JsonObject> all = new ArrayList<>();
    for (String address : addresses.look()) {
      all.add(JsonObject.empty().with("type", "InternalIP").with("address", address));
    }
    all.add(JsonObject.empty().with("type", "Hostname").with("address", settings.name()));
    return all;
  }

  /** There is room for one; what runs containers goes first. */
  private String runtime() {
    Engine shown = null;
    for (Engine engine : backends.engines()) {
      if (shown == null || !shown.acceleration().isEmpty()) {
        shown = engine;
      }
    }
    return shown == null ? "" : shown.name() + "://" + shown.version();
  }

  private static String version() {
    String version = NodeLook.class.getPackage().getImplementationVersion();
    return KUBERNETES + "-flint-" + (version == null ? "dev" : version);
  }
}
