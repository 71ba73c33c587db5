package dev.flint.build.input;

import java.util.List;

/**
 * Entries that become one layer of a container.
 *
 * @param name for its history
 */
public record Layer(String name, List<Entry> entries) {
  /** Copies the list. */
  public Layer {
    entries = List.copyOf(entries);
  }
}
