package dev.flint.cli.console;

import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressListener;
import java.util.function.LongSupplier;

/** Progress as lines that stay, for logs and programs; written by who moves bytes. Thread-safe. */
abstract sealed class LastingProgress implements ProgressListener
    permits JsonProgress, PlainProgress {
  private static final long MILLIS = 1_000_000;

  final Console console;

  /** Guarded by this. */
  final Work work = new Work();

  private final LongSupplier nanoTime;

  LastingProgress(Console console, LongSupplier nanoTime) {
    this.console = console;
    this.nanoTime = nanoTime;
  }

  @Override
  public final synchronized void on(ProgressEvent event) {
    long now = nanoTime.getAsLong() / MILLIS;
    work.on(event, now).ifPresent(item -> on(event, item, now));
  }

  /**
   * Writes what is worth it.
   *
   * @param item of the event, which is counted already
   * @param now in milliseconds
   */
  abstract void on(ProgressEvent event, Item item, long now);
}
