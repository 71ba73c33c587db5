package dev.flint.cli.demo;

import dev.flint.cli.console.Console;
import java.util.Map;

/** Runs one flint command within this process. */
@FunctionalInterface
public interface FlintRunner {
  /** Returns the exit code. */
  int run(Console console, Map<String, String> env, String... args);
}
