package dev.flint.cli.console;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The window of the process, which people make larger and smaller. Its size is asked for again only
 * after the kernel has said that it changed (SIGWINCH). Thread-safe.
 */
final class Window implements Supplier<WindowSize> {
  private static final int ANSWER = 64;

  private final AtomicBoolean changed = new AtomicBoolean();
  private volatile WindowSize size;

  private Window(WindowSize size) {
    this.size = size;
  }

  /**
   * Watches the window.
   *
   * @param size what it is now
   */
  static Window watch(WindowSize size) {
    Window window = new Window(size);
    window.listen();
    return window;
  }

  /**
   * Without naming the classes: javac's warning of them cannot be turned off, and where a Java has
   * not got them, the size stays as it was.
   */
  private void listen() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object own =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) -> {
                changed.set(true);
                return null;
              });
      Object winch = signal.getConstructor(String.class).newInstance("WINCH");
      signal.getMethod("handle", signal, handler).invoke(null, winch, own);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // No signals, no news.
    }
  }

  @Override
  public WindowSize get() {
    if (changed.getAndSet(false)) {
      size = ask().orElse(size);
    }
    return size;
  }

  /** Java cannot ask; the program that the launcher asks too can. */
  private static Optional<WindowSize> ask() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream out = stty.getInputStream()) {
        String answer = new String(out.readNBytes(ANSWER), StandardCharsets.US_ASCII);
        return stty.waitFor(1, TimeUnit.SECONDS) ? parse(answer.strip()) : Optional.empty();
      } finally {
        stty.destroy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** {@code ROWS COLUMNS}; 0 is said of a window that has none. */
  static Optional<WindowSize> parse(String answer) {
    if (!answer.matches("[1-9][0-9]{0,4} [1-9][0-9]{0,4}")) {
      return Optional.empty();
    }
    int space = answer.indexOf(' ');
    return Optional.of(
        new WindowSize(
            Integer.parseInt(answer.substring(space + 1)),
            Integer.parseInt(answer.substring(0, space))));
  }
}
