package dev.flint.cli.console;

import dev.flint.oci.progress.ProgressListener;
import java.util.Map;
import java.util.function.LongSupplier;

/** Shows progress in the way that is wanted. */
public final class ProgressView {
  private ProgressView() {}

  /**
   * A view, of which a console has one.
   *
   * @param env with {@code CI} set, nobody looks at the terminal
   */
  public static ProgressListener of(
      Console console, ProgressMode mode, Map<String, String> env, LongSupplier nanoTime) {
    return switch (mode) {
      case none -> ProgressListener.NONE;
      case plain -> new PlainProgress(console, nanoTime);
      case json -> new JsonProgress(console, nanoTime);
      case tty -> onTerminal(console, nanoTime);
      case auto ->
          console.terminal() && !isCi(env.getOrDefault("CI", ""))
              ? onTerminal(console, nanoTime)
              : new PlainProgress(console, nanoTime);
    };
  }

  private static boolean isCi(String value) {
    return !value.isEmpty() && !value.equals("false") && !value.equals("0");
  }

  private static ProgressListener onTerminal(Console console, LongSupplier nanoTime) {
    TerminalDrawer drawer = new TerminalDrawer(console);
    return new TerminalProgress(console, nanoTime, drawer);
  }
}
