package dev.flint.oci.progress;

import dev.flint.oci.progress.ProgressEvent.Outcome;

/**
 * Counts the bytes of one item towards a listener and sees to it that its end is always told. Bytes
 * are merged to steps of 64 KiB. Confined to one thread.
 */
public final class Meter implements ByteMeter, AutoCloseable {
  private static final long STEP = 64 << 10;

  private final ProgressListener listener;
  private final String item;
  private long pending;
  private long advanced;
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
      tell();
    }
  }

  @Override
  public void accept(long bytes) {
    advance(bytes);
  }

  @Override
  public void reused(Reuse reuse) {
    listener.on(new ProgressEvent.Reused(item, reuse));
  }

  @Override
  public void restart() {
    pending = -advanced;
    if (pending < 0) {
      tell();
    }
    reused(Reuse.NOTHING);
  }

  private void tell() {
    listener.on(new ProgressEvent.Advanced(item, pending));
    advanced += pending;
    pending = 0;
  }

  /** Sets how the item ended; without it, it failed. */
  public void finish(Outcome newOutcome) {
    outcome = newOutcome;
  }

  @Override
  public void close() {
    if (pending > 0) {
      tell();
    }
    listener.on(new ProgressEvent.Finished(item, outcome));
  }
}
