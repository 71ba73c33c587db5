package dev.flint.oci.transfer;

/** Something whose work in other threads can be ended. */
public interface Cancelable {
  /**
   * Ends what other threads have under way here and cannot be interrupted in, such as waiting for a
   * server: it fails, soon. What is begun later is not concerned. Thread-safe.
   */
  default void cancel() {}
}
