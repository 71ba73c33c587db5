package dev.flint.agent.pod;

/** Whether an image is asked for at its registry. */
public enum PullPolicy {
  /** Before each start; what is here already is not sent again. */
  ALWAYS,
  /** If it is not here. */
  IF_NOT_PRESENT,
  /** Never. */
  NEVER;

  /** As Kubernetes sets it where a container says nothing: always for {@code latest}. */
  static PullPolicy usual(String image) {
    if (image.indexOf('@') >= 0) {
      return IF_NOT_PRESENT;
    }
    int colon = image.indexOf(':', image.lastIndexOf('/') + 1);
    return colon < 0 || image.substring(colon + 1).equals("latest") ? ALWAYS : IF_NOT_PRESENT;
  }
}
