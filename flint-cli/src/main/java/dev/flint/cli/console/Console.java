package dev.flint.cli.console;

import dev.flint.oci.error.Printable;
import dev.flint.oci.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The two streams of a command: results go out, everything else goes aside. What is written goes
 * above the lines of {@link #live}. Thread-safe.
 */
public final class Console {
  private static final int USUAL_COLUMNS = 80;
  private static final int BUFFER = 32 * 1024;

  /** A terminal that takes nothing must not keep the process. */
  private static final long PATIENCE_MILLIS = 300;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final WindowSize size;
  private final boolean outTerminal;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final LiveLines live = new LiveLines();

  private boolean closed;
  private volatile @Nullable EventLines events;

  /**
   * A console.
   *
   * @param out results only, so that {@code $(flint ...)} works
   * @param err notes, progress, errors
   * @param terminal whether {@code err} is one
   * @param columns its width
   * @param outTerminal whether {@code out} is one, which must not get just any bytes
   */
  public Console(
      PrintStream out, PrintStream err, boolean terminal, int columns, boolean outTerminal) {
    this(out, err, terminal, WindowSize.ofColumns(columns), outTerminal);
  }

  /** Whose results go into a file or to a program. */
  public Console(PrintStream out, PrintStream err, boolean terminal, int columns) {
    this(out, err, terminal, columns, false);
  }

  private Console(
      PrintStream out, PrintStream err, boolean terminal, WindowSize size, boolean outTerminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.size = size;
    this.outTerminal = outTerminal;
  }

  /** The streams of the process; what they are, the launcher knows. */
  public static Console ofProcess() {
    String kind = System.getenv("TERM");
    boolean terminal = Boolean.getBoolean("flint.tty") && kind != null && !kind.equals("dumb");
    WindowSize usual = WindowSize.ofColumns(USUAL_COLUMNS);
    return new Console(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        terminal,
        new WindowSize(
            Math.max(1, Integer.getInteger("flint.columns", usual.columns())),
            Math.max(1, Integer.getInteger("flint.rows", usual.rows()))),
        Boolean.getBoolean("flint.out.tty"));
  }

  /** The stream for results. */
  public PrintStream out() {
    return out;
  }

  /** The stream for everything else. */
  public PrintStream err() {
    return err;
  }

  /** Whether {@link #err} is a terminal that lines can be drawn on. */
  public boolean terminal() {
    return terminal;
  }

  /** The width of that terminal when the process began. */
  public int columns() {
    return size.columns();
  }

  WindowSize size() {
    return size;
  }

  /** Whether {@link #out} is a terminal. */
  public boolean outTerminal() {
    return outTerminal;
  }

  /** From now on {@link #err} gets events only. */
  public void toEvents(LongSupplier nanoTime) {
    events = new EventLines(nanoTime);
  }

  /** One line of the result. */
  public void result(String line) {
    results(line + System.lineSeparator());
  }

  /** Lines of the result, each with its end, which go out at once. */
  public void results(String lines) {
    results(to -> to.write(lines.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes a result piece by piece. */
  @FunctionalInterface
  public interface Writing {
    /** Writes all of it, with the end of its last line. */
    void to(OutputStream out) throws IOException;
  }

  /** As {@link #results(String)}, for what is too long to be held. */
  public void results(Writing writing) {
    lock.lock();
    try {
      if (outTerminal) {
        // The next drawing brings them back, below.
        err.print(live.clear());
        err.flush();
      }
      OutputStream buffered = new BufferedOutputStream(out, BUFFER);
      writing.to(buffered);
      buffered.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a print stream keeps its failures to itself", e);
    } finally {
      lock.unlock();
    }
  }

  /** One line beside the result; what came from outside must be {@link Printable} already. */
  public void note(String line) {
    EventLines to = events;
    if (to != null) {
      String message = line.startsWith("flint: ") ? line.substring("flint: ".length()) : line;
      event("note", event -> event.with("message", message));
      return;
    }
    lock.lock();
    try {
      err.print(live.above(line));
      err.flush();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes an event, if those are wanted.
   *
   * @return whether they are
   */
  boolean event(String name, UnaryOperator<JsonObject> content) {
    EventLines to = events;
    if (to == null) {
      return false;
    }
    lock.lock();
    try {
      err.println(EventLines.line(content.apply(to.event(name))));
    } finally {
      lock.unlock();
    }
    return true;
  }

  /**
   * Shows lines below everything else, instead of the last ones.
   *
   * @return false once that is of no use any more
   */
  boolean live(List<String> lines) {
    lock.lock();
    try {
      if (!closed) {
        err.print(live.show(lines));
        // The terminal may be gone.
        closed = err.checkError();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the lines away for good, as the process ends. */
  void endLive() {
    try {
      if (lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          err.print(live.clear());
          err.flush();
          closed = true;
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
