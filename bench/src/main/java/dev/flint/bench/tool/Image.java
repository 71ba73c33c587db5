package dev.flint.bench.tool;

import dev.flint.oci.Descriptor;

/**
 * An image in a registry.
 *
 * @param reference {@code HOST:PORT/REPOSITORY:TAG}
 * @param layer its one layer
 */
public record Image(String reference, Descriptor layer) {
  /** The same, asked for through another address. */
  public Image at(String host) {
    return new Image(host + reference.substring(reference.indexOf('/')), layer);
  }
}
