package dev.flint.agent.kube.node;

import dev.flint.agent.pod.Quantity;

/**
 * What must be left of this device, or pods go (Kubernetes, "Node-pressure Eviction", hard
 * thresholds).
 *
 * @param memory of what programs could have without swapping
 * @param disk of the file system of the agent's folder
 */
public record EvictionLimits(Limit memory, Limit disk) {
  private static final long USUAL_MEMORY = 100L << 20;
  private static final int ALL = 100;
  private static final double MOST_FREE_PERCENT = 10;
  private static final String MEMORY = "memory.available<";
  private static final String DISK = "nodefs.available<";

  /**
   * An amount.
   *
   * @param bytes if it is not a share
   * @param percent of all there is; 0 for bytes
   */
  public record Limit(long bytes, double percent) {
    /** Nothing need be left. */
    static final Limit NONE = new Limit(0, 0);

    /** In bytes. */
    public long of(long whole) {
      return percent > 0 ? (long) (whole * percent / ALL) : bytes;
    }

    /** Whether there is less. */
    public boolean isMet(long available, long whole) {
      return whole > 0 && available < of(whole);
    }

    private static Limit parse(String text) {
      if (!text.endsWith("%")) {
        return new Limit(Quantity.units(text), 0);
      }
      double percent = Double.parseDouble(text.substring(0, text.length() - 1));
      if (!(percent >= 0 && percent <= ALL)) {
        throw new IllegalArgumentException(text + " is not a percent from 0 to 100");
      }
      // As with a kubelet, all of it is as good as nothing.
      return percent == ALL ? NONE : new Limit(0, percent);
    }
  }

  /**
   * A kubelet's.
   *
   * @param collects percent of the disk in use, above which unused images are removed; 100 for
   *     never. Only two thirds of the way from there to a full disk it is scarce: 10 % free with
   *     the usual 85 %, as with a kubelet.
   */
  public static EvictionLimits usual(int collects) {
    double free = collects >= ALL ? MOST_FREE_PERCENT : (ALL - collects) * 2 / 3.0;
    return new EvictionLimits(
        new Limit(USUAL_MEMORY, 0), new Limit(0, Math.min(MOST_FREE_PERCENT, free)));
  }

  /**
   * Reads {@code memory.available<100Mi,nodefs.available<10%}, a kubelet's {@code --eviction-hard};
   * what is left out does not count.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static EvictionLimits parse(String text) {
    Limit memory = Limit.NONE;
    Limit disk = Limit.NONE;
    for (String part : text.split(",", -1)) {
      String word = part.strip();
      if (word.startsWith(MEMORY)) {
        memory = Limit.parse(word.substring(MEMORY.length()));
      } else if (word.startsWith(DISK)) {
        disk = Limit.parse(word.substring(DISK.length()));
      } else {
        throw new IllegalArgumentException(
            "\"" + word + "\" is not " + MEMORY + "AMOUNT or " + DISK + "AMOUNT");
      }
    }
    return new EvictionLimits(memory, disk);
  }
}
