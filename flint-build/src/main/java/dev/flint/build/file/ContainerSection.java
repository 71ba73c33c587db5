package dev.flint.build.file;

import dev.flint.oci.archive.Location;
import java.util.List;
import java.util.Optional;

/**
 * The container variant.
 *
 * @param base what it stands on; empty for a container from scratch
 * @param files of all variants, then its own
 */
public record ContainerSection(Optional<Location> base, Execution execution, List<FileRule> files) {
  /** Copies the list. */
  public ContainerSection {
    files = List.copyOf(files);
  }
}
