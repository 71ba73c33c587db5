package dev.flint.build;

import dev.flint.build.file.Kind;
import dev.flint.oci.Document;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import java.util.List;

/**
 * A variant that is in the store.
 *
 * @param names all it has
 * @param document its manifest, or an index where there are several platforms
 * @param built the platforms that were made anew; empty if everything was up to date
 * @param notes for the user
 */
public record BuiltVariant(
    Kind kind,
    List<Reference> names,
    Document document,
    List<Platform> platforms,
    List<Platform> built,
    List<String> notes) {
  /** Copies the lists. */
  public BuiltVariant {
    names = List.copyOf(names);
    platforms = List.copyOf(platforms);
    built = List.copyOf(built);
    notes = List.copyOf(notes);
  }
}
