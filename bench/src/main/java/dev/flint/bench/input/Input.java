package dev.flint.bench.input;

/**
 * A disk and what becomes of it.
 *
 * @param name for example {@code ext4-2g.raw}
 * @param rebuilt made anew with another application and changed files
 * @param edited the first, with 10 MB overwritten in place
 */
public record Input(String name, Disk first, Disk rebuilt, Disk edited) {
  /** Whether it is of the kind that shifts everything behind a change. */
  public boolean isRofs() {
    return name.startsWith("rofs");
  }
}
