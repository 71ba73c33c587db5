package dev.flint.cli;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.http.Http;
import java.nio.charset.StandardCharsets;
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
        && Commands.chosen(args).filter(OVER_HTTP::contains).isPresent()) {
      Thread thread = new Thread(Ahead::load, "flint-ahead");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void load() {
    try {
      Http.load();
      JsonObject.parse("{\"a\":1}".getBytes(StandardCharsets.US_ASCII), "a document").bytes();
    } catch (FlintException | LinkageError e) {
      // The command itself will come to it, and say so.
      return;
    }
  }
}
