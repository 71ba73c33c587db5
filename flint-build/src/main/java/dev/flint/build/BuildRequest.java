package dev.flint.build;

import dev.flint.build.file.BuildFile;
import dev.flint.build.file.Kind;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import java.util.List;

/**
 * What a build shall make.
 *
 * @param names of the image; at least one
 * @param kinds of the file's variants that are built now
 * @param platforms at least one
 * @param anew whether everything is made, changed or not
 */
public record BuildRequest(
    BuildFile file,
    List<Reference> names,
    List<Kind> kinds,
    List<Platform> platforms,
    boolean anew) {
  /** Copies the lists. */
  public BuildRequest {
    names = List.copyOf(names);
    kinds = List.copyOf(kinds);
    platforms = List.copyOf(platforms);
  }
}
