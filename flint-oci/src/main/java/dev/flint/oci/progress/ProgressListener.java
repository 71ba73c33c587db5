package dev.flint.oci.progress;

/**
 * Receives progress. Called from the working threads: it must be fast, must not throw and must not
 * call back into the operation.
 */
@FunctionalInterface
public interface ProgressListener {
  /** Listens to nothing. */
  ProgressListener NONE = event -> {};

  /** Called for every event, in order for one item. */
  void on(ProgressEvent event);
}
