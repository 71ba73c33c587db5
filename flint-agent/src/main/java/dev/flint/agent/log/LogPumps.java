package dev.flint.agent.log;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Keeps the logs of all running instances up to date, by one thread. No event tells that another
 * process has appended to a file that would not come for every line of a chatty one, so the files
 * are looked at.
 */
public final class LogPumps implements Closeable {
  private static final long BUSY_MILLIS = 50;
  private static final long QUIET_MILLIS = 200;
  private static final long SILENT_MILLIS = 500;

  /** After so many looks that found nothing, one is taken less often. */
  private static final int MANY = 50;

  private static final int STACK = 256 * 1024;

  private final TreeMap<InstanceId, LogPump> pumps = new TreeMap<>();
  private final Consumer<String> warnings;
  private final Thread thread;
  private boolean closed;

  /** Whether there is more to copy already; for the thread only. */
  private boolean behind;

  /**
   * Starts the thread.
   *
   * @param warnings is told what could not be written
   */
  public LogPumps(Consumer<String> warnings) {
    this.warnings = warnings;
    this.thread = new Thread(null, this::run, "flint-logs", STACK);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Begins with a run, or goes on with one that another process began.
   *
   * @param run its number, 0 for the first
   * @param telling how lines begin whose values are left out; empty for none
   */
  public void begin(InstanceFolder folder, int run, String telling) throws IOException {
    LogPump before;
    synchronized (this) {
      before = pumps.remove(folder.id());
    }
    if (before != null) {
      // First, as it copies until then, and the next one goes on where it stopped.
      before.close();
    }
    LogPump pump = new LogPump(folder, run, telling);
    synchronized (this) {
      pumps.put(folder.id(), pump);
      notifyAll();
    }
  }

  /** Copies what the present run of an instance has written by now, for who asks for its log. */
  public void look(InstanceId id) {
    LogPump pump;
    synchronized (this) {
      pump = pumps.get(id);
    }
    try {
      boolean unused = pump != null && pump.pump();
    } catch (IOException e) {
      // The thread will meet it, and say so; what is in the log can be shown.
    }
  }

  /**
   * What the present run of an instance writes from now on, as it is; empty if it has none, or only
   * its log may be seen.
   */
  public Optional<RunOutput> follow(InstanceId id) throws IOException {
    LogPump pump;
    synchronized (this) {
      pump = pumps.get(id);
    }
    return pump == null ? Optional.empty() : pump.follow();
  }

  /**
   * Copies the rest of a run that has ended.
   *
   * @param removed whether its folder is removed next
   */
  public void finish(InstanceFolder folder, boolean removed) throws IOException {
    LogPump pump;
    synchronized (this) {
      pump = pumps.get(folder.id());
    }
    if (pump != null) {
      finish(pump, removed);
      synchronized (this) {
        pumps.remove(folder.id(), pump);
      }
    }
  }

  private static void finish(LogPump pump, boolean removed) throws IOException {
    try {
      pump.finish();
    } catch (IOException e) {
      if (!removed) {
        // It stays, for the next try.
        throw e;
      }
      // There may be no room for the rest, and the removal makes some.
      pump.close();
    }
  }

  private void run() {
    try {
      int quiet = 1;
      while (awaitTurn(pause(quiet))) {
        quiet = pumpAll() ? 0 : Math.min(MANY, quiet + 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long pause(int quiet) {
    if (behind) {
      return 0;
    }
    return quiet == 0 ? BUSY_MILLIS : quiet < MANY ? QUIET_MILLIS : SILENT_MILLIS;
  }

  /** Waits, for as long as it takes if there is nothing to look at; false at the end. */
  private synchronized boolean awaitTurn(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    long left = millis;
    while (!closed && (pumps.isEmpty() || left > 0)) {
      wait(pumps.isEmpty() ? 0 : left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return !closed;
  }

  private boolean pumpAll() {
    boolean any = false;
    behind = false;
    try {
      for (LogPump pump : present()) {
        any |= pump(pump);
      }
    } catch (OutOfMemoryError e) {
      // By the next turn there may be room.
    }
    return any;
  }

  private synchronized List<LogPump> present() {
    return List.copyOf(pumps.values());
  }

  /** What fails for one, also by what nobody thought of, is no reason to leave the others. */
  private boolean pump(LogPump pump) {
    try {
      boolean any = pump.pump();
      behind |= pump.isBehind();
      return any;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // The disk may be full; what was written stays where the backend put it until it is not.
      String why = e instanceof IOException known ? FlintException.line(known) : e.toString();
      warn(pump, "the log of instance " + pump.id() + " cannot be written: " + why);
      return false;
    }
  }

  private void warn(LogPump pump, String text) {
    if (pump.isNews(text)) {
      try {
        warnings.accept(text);
      } catch (RuntimeException | OutOfMemoryError e) {
        // There is no room even for words.
      }
    }
  }

  /** Stops looking; the next process goes on. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    for (LogPump pump : present()) {
      pump.close();
    }
  }
}
