package dev.flint.cli;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.http.Http;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Loads on a second core what a command will need, while the first one reads what it is to do: a
 * quarter of the time of a small pull. Nothing depends on it.
 */
final class Ahead {
  /** The last is there to have this in the start-up archive too. */
  private static final Set<String> OVER_HTTP =
      Set.of(
          "push",
          "pull",
          "copy",
          "tags",
          "repos",
          "digest",
          "manifest",
          "blob",
          "referrers",
          "attach",
          "self-archive-training");

  private Ahead() {}

  /** Starts, where there is a second core and the command needs it. */
  static void start(String... args) {
    if (Runtime.getRuntime().availableProcessors() > 1
        && (Commands.chosen(args).filter(OVER_HTTP::contains).isPresent()
            || List.of(args).contains("--remote"))) {
      start(new Thread(quiet(Ahead::load), "flint-ahead"));
    }
  }

  /** Where no more threads are to be had, the command does without it. */
  static void start(Thread thread) {
    try {
      thread.setDaemon(true);
      thread.start();
    } catch (OutOfMemoryError e) {
      return;
    }
  }

  /** Something that may fail. */
  interface Loading {
    void load() throws FlintException;
  }

  static Runnable quiet(Loading loading) {
    return () -> {
      try {
        loading.load();
      } catch (FlintException | RuntimeException | Error e) {
        // The command itself will come to it, and say so.
        return;
      }
    };
  }

  private static void load() throws FlintException {
    Http.load();
    JsonObject.parse("{\"a\":1}".getBytes(StandardCharsets.US_ASCII), "a document").bytes();
  }
}
