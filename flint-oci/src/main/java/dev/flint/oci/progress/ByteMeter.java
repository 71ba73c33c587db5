package dev.flint.oci.progress;

import java.util.function.LongConsumer;

/** Is told the bytes of one item. As a function it hears of those only that are moved. */
@FunctionalInterface
public interface ByteMeter extends LongConsumer {
  /** Bytes were moved or made. */
  @Override
  void accept(long bytes);

  /**
   * Some of the item was here already. Such bytes are not told by {@link #accept}.
   *
   * @param reuse in all, not since the last call
   */
  default void reused(Reuse reuse) {}

  /** All that was told of the item was in vain; it begins anew. */
  default void restart() {}
}
