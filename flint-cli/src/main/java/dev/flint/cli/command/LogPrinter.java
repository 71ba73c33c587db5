package dev.flint.cli.command;

import dev.flint.agent.log.LogLine;
import dev.flint.agent.log.LogReader;
import dev.flint.cli.console.Console;
import java.io.PrintStream;

/**
 * Prints lines of a log, each to the stream it was written to.
 *
 * @param timestamps before each line
 * @param raw with terminal sequences and whatever else is in it
 */
record LogPrinter(Console console, boolean timestamps, boolean raw) implements LogReader.Sink {
  @Override
  public void accept(LogLine line) {
    PrintStream to = line.stream().equals("stderr") ? console.err() : console.out();
    String text = raw ? line.text() : line.plainText();
    String shown = timestamps ? line.time() + " " + text : text;
    if (line.full()) {
      to.println(shown);
    } else {
      to.print(shown);
    }
  }
}
