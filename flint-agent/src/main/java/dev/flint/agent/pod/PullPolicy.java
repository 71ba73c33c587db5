package dev.flint.agent.pod;

/** Whether an image is asked for at its registry. */
public enum PullPolicy {
  /** Before each start; what is here already is not sent again. */
  ALWAYS("always"),
  /** If it is not here. */
  IF_NOT_PRESENT("missing"),
  /** Never. */
  NEVER("never");

  private final String word;

  PullPolicy(String word) {
    this.word = word;
  }

  /** Docker's word for it: {@code always}, {@code missing} or {@code never}. */
  public String word() {
    return word;
  }

  /**
   * The policy of a word.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static PullPolicy byWord(String word) {
    for (PullPolicy policy : values()) {
      if (policy.word.equals(word)) {
        return policy;
      }
    }
    throw new IllegalArgumentException("no such policy: \"" + word + "\"");
  }

  /** As Kubernetes sets it where a container says nothing: always for {@code latest}. */
  static PullPolicy usual(String image) {
    if (image.indexOf('@') >= 0) {
      return IF_NOT_PRESENT;
    }
    int colon = image.indexOf(':', image.lastIndexOf('/') + 1);
    return colon < 0 || image.substring(colon + 1).equals("latest") ? ALWAYS : IF_NOT_PRESENT;
  }
}
