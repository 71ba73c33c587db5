package dev.flint.agent.kube.node;

import dev.flint.agent.pod.Quantity;

/**
 * What pods do not get of this device.
 *
 * @param milliCpu thousandths of a processor
 * @param memory in bytes
 * @param storage in bytes, of the state folder's file system
 */
public record Reserved(long milliCpu, long memory, long storage) {
  /** Nothing, as with a kubelet: of what must be left besides, see {@link EvictionLimits}. */
  public static final Reserved NONE = new Reserved(0, 0, 0);

  /** Checks the amounts. */
  public Reserved {
    if (milliCpu < 0 || memory < 0 || storage < 0) {
      throw new IllegalArgumentException("nothing negative can be reserved");
    }
  }

  /**
   * With what must be left, or pods are evicted: to give that away would evict them.
   *
   * @param allMemory all there is, in bytes
   * @param allStorage all there is, in bytes
   */
  public Reserved and(EvictionLimits limits, long allMemory, long allStorage) {
    return new Reserved(
        milliCpu,
        sum(memory, limits.memory().of(allMemory)),
        sum(storage, limits.disk().of(allStorage)));
  }

  private static long sum(long one, long two) {
    return one > Long.MAX_VALUE - two ? Long.MAX_VALUE : one + two;
  }

  /**
   * Parses {@code cpu=500m,memory=256Mi,ephemeral-storage=1Gi}, as a kubelet's {@code
   * --system-reserved}; of what is left out nothing is.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Reserved parse(String text) {
    Reserved reserved = NONE;
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String amount = part.substring(equals + 1);
      try {
        reserved =
            switch (part.substring(0, Math.max(0, equals))) {
              case "cpu" -> new Reserved(Quantity.milli(amount), reserved.memory, reserved.storage);
              case "memory" ->
                  new Reserved(reserved.milliCpu, Quantity.units(amount), reserved.storage);
              case "ephemeral-storage" ->
                  new Reserved(reserved.milliCpu, reserved.memory, Quantity.units(amount));
              default -> throw new IllegalArgumentException("no such resource");
            };
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "\"" + part + "\": expected cpu=, memory= or ephemeral-storage= and a quantity", e);
      }
    }
    return reserved;
  }
}
