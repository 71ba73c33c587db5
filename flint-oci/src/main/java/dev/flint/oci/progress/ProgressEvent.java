package dev.flint.oci.progress;

/** What happens to one item (a blob, a disk) of a long operation. */
public sealed interface ProgressEvent {
  /** Names the item; the same in all its events. */
  String item();

  /** How an item ended. */
  enum Outcome {
    /** Its bytes were moved or made. */
    DONE,
    /** It was already there. */
    PRESENT,
    /** It was taken over from another repository of the same registry. */
    MOUNTED,
    /** It did not succeed; the operation may try again or fail. */
    FAILED
  }

  /**
   * An item is to come; work on it begins later, or never if the operation fails before.
   *
   * @param totalBytes or -1 when nobody knows
   */
  record Expected(String item, long totalBytes) implements ProgressEvent {}

  /**
   * Work on an item begins. Always followed by exactly one {@link Finished} of the same item.
   *
   * @param totalBytes how many bytes will be counted, or -1 when nobody knows
   */
  record Started(String item, long totalBytes) implements ProgressEvent {}

  /**
   * More bytes are done.
   *
   * @param bytes since the last event, not in all; less than none if some were counted in vain
   */
  record Advanced(String item, long bytes) implements ProgressEvent {}

  /**
   * Some of the item was here already; its bytes are done, but were not moved.
   *
   * @param reuse in all; replaces what an earlier event of the item said
   */
  record Reused(String item, Reuse reuse) implements ProgressEvent {}

  /** Work on the item ended. */
  record Finished(String item, Outcome outcome) implements ProgressEvent {}
}
