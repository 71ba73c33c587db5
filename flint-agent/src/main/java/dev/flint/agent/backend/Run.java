package dev.flint.agent.backend;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * One run of an instance. It belongs to no process of Flint: closing this object, or the death of
 * the process that has it, leaves the instance running. Thread-safe.
 */
public interface Run extends Closeable {
  /** Completes when the instance has ended; not when this object is closed. */
  CompletableFuture<Exit> ended();

  /** Whether its program could not be run, so that there never was anything to be ended. */
  default boolean isNone() {
    CompletableFuture<Exit> end = ended();
    boolean over = end.isDone() && !end.isCompletedExceptionally();
    return over && end.join().reason() == Exit.Reason.CANNOT_RUN;
  }

  /**
   * Asks the instance to end by itself, and returns at once.
   *
   * @throws IOException if nobody can be asked; {@link #kill} may still do
   */
  void stop() throws IOException;

  /** Ends it now. Does nothing if it has ended. */
  void kill() throws IOException;

  /** What it takes. */
  Usage usage() throws IOException;

  /**
   * One line on how it runs that the plan could not know, for example the accelerator; or empty.
   */
  String note();

  /** Its own IP address, by which the host reaches it; empty if it has none or nobody knows it. */
  default String address() {
    return "";
  }

  /** Forgets the run without touching it. */
  @Override
  void close();
}
