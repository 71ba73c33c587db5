package dev.flint.agent.pod.update;

/**
 * What is said of the update of a pod.
 *
 * @param message for people, or empty
 * @param rollbacks how often the pod was gone back to since the agent began
 */
public record UpdateStatus(Step step, String message, long rollbacks) {
  /** No change is under way. */
  public static final UpdateStatus NONE = new UpdateStatus(Step.NONE, "", 0);

  /** Where it is. */
  public enum Step {
    /** What the file says runs. */
    NONE("none", ""),
    /** The images of the changed pod are on their way; that before it runs on. */
    FETCHING("fetching", "UpdatePending"),
    /** One is brought down, and then the other up. */
    SWITCHING("switching", "UpdateSwitching"),
    /** What the file says runs, and is not trusted yet. */
    WATCHING("watching", ""),
    /** What the file says was not well; that before it runs again. */
    ROLLED_BACK("rolled_back", "UpdateRolledBack");

    private final String word;
    private final String reason;

    Step(String word, String reason) {
      this.word = word;
      this.reason = reason;
    }

    /** As metrics spell it. */
    public String word() {
      return word;
    }

    /** Why the pod is not what its file says, in one word; empty if it is. */
    public String reason() {
      return reason;
    }
  }
}
