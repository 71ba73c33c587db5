package dev.flint.cli;

import dev.flint.oci.json.JsonObject;
import dev.flint.registry.http.Rehearsal;
import java.io.IOException;
import java.util.Set;

/**
 * Loads on a second core what a command will need, while the first one reads what it is to do: a
 * quarter of the time of a small pull. Nothing depends on it.
 */
class Ahead extends Thread {
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
          "--remote",
          "self-archive-training");

  Ahead() {
    super("flint-ahead");
    setDaemon(true);
    // From Java 18 on, the first look-up of a name looks for providers in all of our jars: 40 ms.
    setContextClassLoader(ClassLoader.getPlatformClassLoader());
  }

  /** Starts, where there is a second core and a word of the command says that it may be needed. */
  static void start(String... args) {
    if (Runtime.getRuntime().availableProcessors() > 1) {
      for (String arg : args) {
        if (OVER_HTTP.contains(arg)) {
          start(new Ahead());
          return;
        }
      }
    }
  }

  /** Where no more threads are to be had, the command does without it. */
  static void start(Thread thread) {
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      return;
    }
  }

  @Override
  public final void run() {
    loadIfPossible();
  }

  /** Nobody else is told of a failure. */
  final void loadIfPossible() {
    try {
      load();
    } catch (IOException | RuntimeException | Error e) {
      // The command itself will come to it, and say so.
      return;
    }
  }

  /** Does once what the command will do. */
  void load() throws IOException {
    // Not hashing, which the other thread comes to while this one is at the document.
    JsonObject.parse(Rehearsal.run(), "a document").bytes();
  }
}
