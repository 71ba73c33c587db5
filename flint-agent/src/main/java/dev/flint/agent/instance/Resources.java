package dev.flint.agent.instance;

/**
 * What an instance may take of its host at most, and what it asks for; 0 means not said.
 *
 * @param milliCpus the most, in thousandths of a CPU
 * @param memoryBytes the most
 * @param requestedMilliCpus what it counts for while there are too few CPUs for all
 * @param requestedBytes of memory, which limits nothing
 */
public record Resources(
    int milliCpus, long memoryBytes, int requestedMilliCpus, long requestedBytes) {
  /** Nothing said. */
  public static final Resources UNSAID = new Resources(0, 0);

  /** Checks the range. */
  public Resources {
    if (milliCpus < 0 || memoryBytes < 0 || requestedMilliCpus < 0 || requestedBytes < 0) {
      throw new IllegalArgumentException("less than nothing: " + milliCpus + ", " + memoryBytes);
    }
  }

  /** Limits alone. */
  public Resources(int milliCpus, long memoryBytes) {
    this(milliCpus, memoryBytes, 0, 0);
  }

  /** What a container counts for beside others: the request, else the limit. */
  public int sharedMilliCpus() {
    return requestedMilliCpus > 0 ? requestedMilliCpus : milliCpus;
  }

  /**
   * The CPUs of a guest, which has them whether it uses them or not: the limit, else the request.
   */
  public int guestMilliCpus() {
    return milliCpus > 0 ? milliCpus : requestedMilliCpus;
  }

  /** The size of a guest's memory, which has to have one: the limit, else the request. */
  public long guestMemory() {
    return memoryBytes > 0 ? memoryBytes : requestedBytes;
  }
}
