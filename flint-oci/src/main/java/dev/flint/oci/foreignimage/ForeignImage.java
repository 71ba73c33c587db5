package dev.flint.oci.foreignimage;

import java.util.List;
import java.util.Map;

/**
 * A foreign image and its files.
 *
 * @param facts of the packaging itself, for people and programs, sorted by their names
 */
public record ForeignImage(ForeignKind kind, List<ForeignFile> files, Map<String, String> facts) {
  /** Copies the collections. */
  public ForeignImage {
    files = List.copyOf(files);
    facts = Map.copyOf(facts);
  }
}
