package dev.flint.agent.backend;

/**
 * How a run ended.
 *
 * @param code 0 to 255; 128 and the signal's number for one ended by a signal
 * @param message one line for people, or empty
 */
public record Exit(int code, Reason reason, String message) {
  /** The code of what this device could not start, as Docker has it. */
  public static final int NOT_STARTED = 125;

  /** Why, in the words of Kubernetes. */
  public enum Reason {
    /** By itself, with 0. */
    COMPLETED("Completed"),
    /** By itself with another code, or by a signal. */
    ERROR("Error"),
    /** It took more memory than it may. */
    OOM_KILLED("OOMKilled"),
    /** It never came to run its program. */
    CANNOT_RUN("ContainerCannotRun"),
    /** Nobody saw how, for example as the host was switched off. */
    LOST("Lost");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** The word as Kubernetes spells it. */
    public String text() {
      return text;
    }
  }
}
