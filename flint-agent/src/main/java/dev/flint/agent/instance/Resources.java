package dev.flint.agent.instance;

/**
 * What an instance may take of its host; 0 means not said.
 *
 * @param milliCpus thousandths of a CPU
 * @param memoryBytes memory limit in bytes; for a guest the size of its memory
 */
public record Resources(int milliCpus, long memoryBytes) {
  /** Nothing said. */
  public static final Resources UNSAID = new Resources(0, 0);

  /** Checks the range. */
  public Resources {
    if (milliCpus < 0 || memoryBytes < 0) {
      throw new IllegalArgumentException("less than nothing: " + milliCpus + ", " + memoryBytes);
    }
  }
}
