package dev.flint.cli.completion;

/** The shells that Flint's command line can be completed in. */
public enum Shell {
  /** GNU bash. */
  bash("flint.bash"),
  /** Z shell, which finds functions in files of their names. */
  zsh("_flint"),
  /** Fish. */
  fish("flint.fish");

  private final String fileName;

  Shell(String fileName) {
    this.fileName = fileName;
  }

  /** What the script is called in the folder {@code completions}. */
  public String fileName() {
    return fileName;
  }
}
