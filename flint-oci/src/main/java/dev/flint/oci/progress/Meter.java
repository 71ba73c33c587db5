package dev.flint.oci.progress;

import dev.flint.oci.progress.ProgressEvent.Outcome;

/**
 * Counts the bytes of one item towards a listener and sees to it that its end is always told. Bytes
 * are merged to steps of 1 MiB. Confined to one thread.
 */
public final class Meter implements AutoCloseable {
  private static final long STEP = 1 << 20;

  private final ProgressListener listener;
  private final String item;
  private long pending;
  private Outcome outcome = Outcome.FAILED;

  private Meter(ProgressListener listener, String item) {
    this.listener = listener;
    this.item = item;
  }

  /**
   * Announces an item.
   *
   * @param totalBytes or -1
   */
  public static Meter start(ProgressListener listener, String item, long totalBytes) {
    listener.on(new ProgressEvent.Started(item, totalBytes));
    return new Meter(listener, item);
  }

  /** Counts bytes. */
  public void advance(long bytes) {
    pending += bytes;
    if (pending >= STEP) {
      listener.on(new ProgressEvent.Advanced(item, pending));
      pending = 0;
    }
  }

  /** Sets how the item ended; without it, it failed. */
  public void finish(Outcome newOutcome) {
    outcome = newOutcome;
  }

  @Override
  public void close() {
    if (pending > 0) {
      listener.on(new ProgressEvent.Advanced(item, pending));
    }
    listener.on(new ProgressEvent.Finished(item, outcome));
  }
}
