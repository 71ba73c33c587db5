package dev.flint.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class of the tests in a JVM of its own. */
public final class ChildJvm {
  private ChildJvm() {}

  /** Runs it to its end. */
  public static Command.Result run(String heap, Class<?> main, Object... arguments) {
    return Command.run(words(heap, main, arguments).toArray());
  }

  /** Starts it with its standard streams piped, but errors; whoever starts it ends it. */
  public static Process start(String heap, Class<?> main, Object... arguments) {
    try {
      return new ProcessBuilder(words(heap, main, arguments))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> words(String heap, Class<?> main, Object... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    return words;
  }
}
