package dev.flint.agent.kube.api;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Work with a server that one thread does again and again: what goes wrong is told once, and when
 * it does no more; a pause follows each failure; and nothing that nobody thought of ends the
 * thread, without which the node would be there and deaf. Confined to that thread, but for {@link
 * #end}.
 */
public final class ServerWork {
  /** The usual pause after a first failure. */
  public static final Duration PAUSE = Duration.ofMillis(Pauses.FIRST_MILLIS);

  private final String wrong;
  private final String over;
  private final Consumer<String> warnings;
  private final Pauses pauses;

  /** Made before there is no memory for it. */
  private final IOException mishap = new IOException("what nobody thought of");

  private String trouble = "";
  private volatile boolean ended;

  /**
   * Not begun yet.
   *
   * @param api what speaks to the server: once it is heard again, nobody waits any longer
   * @param wrong what is said before the reason of a failure
   * @param over what is said when it is over
   */
  public ServerWork(ApiClient api, String wrong, String over, Consumer<String> warnings) {
    this(api, PAUSE, wrong, over, warnings);
  }

  /**
   * With another pause after a first failure.
   *
   * @param pause the least; those after it grow from there
   */
  public ServerWork(
      ApiClient api, Duration pause, String wrong, String over, Consumer<String> warnings) {
    this(new Pauses(api.reach(), pause.toMillis()), wrong, over, warnings);
  }

  ServerWork(Pauses pauses, String wrong, String over, Consumer<String> warnings) {
    this.pauses = pauses;
    this.wrong = wrong;
    this.over = over;
    this.warnings = warnings;
  }

  /** A piece of it. */
  @FunctionalInterface
  public interface Piece {
    /** Does it. */
    void run() throws IOException, InterruptedException;
  }

  /** Does a piece, or waits as long as is due after its failure; says whether it was done. */
  public boolean attempt(Piece piece) throws InterruptedException {
    try {
      piece.run();
      well();
      return true;
    } catch (IOException e) {
      tell(e);
      pause(e);
    } catch (RuntimeException | OutOfMemoryError e) {
      tell(e);
      pause(mishap);
    }
    return false;
  }

  /** What was wrong is over. */
  public void well() {
    if (!trouble.isEmpty()) {
      trouble = "";
      say(over);
    }
  }

  private void tell(Throwable why) {
    try {
      String line = wrong + ": " + (why instanceof IOException e ? ApiClient.why(e) : why);
      if (!line.equals(trouble)) {
        trouble = line;
        say(line);
      }
    } catch (OutOfMemoryError e) {
      // There is no room even for words.
    }
  }

  /** What fails as it is ended is no trouble. */
  private void say(String line) {
    try {
      if (!ended) {
        warnings.accept(line);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // What was done is done, told or not.
    }
  }

  /** Waits after a failure that is not worth a word. */
  public void pause(IOException failure) throws InterruptedException {
    try {
      pauses.after(failure);
    } catch (OutOfMemoryError e) {
      // To wait until the server is heard takes memory, to wait does not.
      pauses.after(mishap);
    }
  }

  /** From now on nobody waits, and nothing is told. */
  public void end() {
    ended = true;
    pauses.end();
  }
}
