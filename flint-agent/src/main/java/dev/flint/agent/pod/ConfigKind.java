package dev.flint.agent.pod;

/** The two kinds of objects that hold files and variables. */
public enum ConfigKind {
  /** For what everybody may read. */
  CONFIG_MAP("configmap"),
  /** For what only the pods may read that name it. */
  SECRET("secret");

  private final String word;

  ConfigKind(String word) {
    this.word = word;
  }

  /** As messages call it. */
  public String word() {
    return word;
  }
}
