package dev.flint.agent.instance;

/**
 * Whether an instance that ended is started again.
 *
 * @param maxRetries the most restarts in a row, 0 for no limit; only with {@link When#ON_FAILURE}
 */
public record RestartRule(When when, int maxRetries) {
  /** Never again. */
  public static final RestartRule NEVER = new RestartRule(When.NEVER, 0);

  /** When to start again. */
  public enum When {
    /** Whatever the exit code was, not. */
    NEVER,
    /** After an exit code other than 0. */
    ON_FAILURE,
    /** Whatever the exit code was, unless it was stopped. */
    ALWAYS
  }
}
