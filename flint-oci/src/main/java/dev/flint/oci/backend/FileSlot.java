package dev.flint.oci.backend;

import dev.flint.oci.disk.FileRole;
import java.util.Set;

/**
 * The place of one file in the images of a backend.
 *
 * @param required whether there is no image without it
 * @param accepted what may be put there
 * @param telling which of those say that the backend is meant where nobody names one
 */
public record FileSlot(
    FileRole role, boolean required, Set<FileContent> accepted, Set<FileContent> telling) {
  /** Copies the sets. */
  public FileSlot {
    accepted = Set.copyOf(accepted);
    telling = Set.copyOf(telling);
  }
}
