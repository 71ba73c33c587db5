package dev.flint.oci.store;

import java.io.IOException;
import java.util.Optional;

/**
 * What goes on in a layout just now.
 *
 * @param busy whether some process uses it, or changes it
 * @param leftovers how many bytes killed processes left; the next process that begins something
 *     removes them
 */
public record LayoutActivity(boolean busy, long leftovers) {
  /** Looks at a layout, without waiting. */
  public static LayoutActivity of(OciLayout layout) throws IOException {
    Optional<StoreLock.Hold> alone = layout.useLock().tryOwn();
    if (alone.isPresent()) {
      alone.get().close();
    }
    return new LayoutActivity(alone.isEmpty(), layout.ingests().leftovers(false));
  }
}
