package dev.flint.registry.http;

import java.io.IOException;
import java.util.logging.LogManager;

/**
 * Has no configuration, so that nothing is logged by {@code java.util.logging}. Only OkHttp would,
 * of its own faults, and the usual manager reads files and looks for loggers in every jar when the
 * first one is asked for: 60 ms of a start. Named by the property {@code
 * java.util.logging.manager}, which the launcher sets.
 */
public final class NoLogging extends LogManager {
  /**
   * Fails.
   *
   * @throws IOException always; the JDK then looks no further and says nothing
   */
  @Override
  public void readConfiguration() throws IOException {
    throw new IOException("no configuration is wanted");
  }
}
