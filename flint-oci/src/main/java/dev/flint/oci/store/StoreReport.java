package dev.flint.oci.store;

import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link StoreCheck} found.
 *
 * @param blobs how many were looked at
 * @param bytes how long they are together
 * @param images how many entries of the index were followed
 * @param problems those that are left, sorted
 * @param quarantined what was moved away, and where to
 * @param notes what is worth knowing and no problem
 */
public record StoreReport(
    long blobs,
    long bytes,
    int images,
    List<StoreProblem> problems,
    List<Path> quarantined,
    List<String> notes) {
  /** Copies the lists. */
  public StoreReport {
    problems = List.copyOf(problems);
    quarantined = List.copyOf(quarantined);
    notes = List.copyOf(notes);
  }

  /** Whether nothing is wrong. */
  public boolean isSound() {
    return problems.isEmpty();
  }
}
