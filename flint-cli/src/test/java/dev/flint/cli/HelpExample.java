package dev.flint.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * One example of a command's help, as somebody would type it.
 *
 * @param command such as {@code flint manifest get}
 * @param line may have further lines, each after a backslash
 */
record HelpExample(String command, String line) {
  private static final String FIRST = "Example:  ";

  /** All that the help of visible commands has. */
  static List<HelpExample> all() {
    List<HelpExample> all = new ArrayList<>();
    ModelCommands.visible().forEach(command -> all.addAll(of(command)));
    return all;
  }

  /** Those of one command. */
  static List<HelpExample> of(CommandSpec command) {
    List<HelpExample> examples = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    boolean within = false;
    for (String text : command.usageMessage().footer()) {
      within = text.startsWith(FIRST) || (within && text.startsWith(" ".repeat(FIRST.length())));
      if (within) {
        line.append(text.substring(FIRST.length()));
        if (text.endsWith("\\")) {
          line.append('\n');
        } else {
          examples.add(new HelpExample(command.qualifiedName(), line.toString()));
          line.setLength(0);
        }
      }
    }
    return examples;
  }

  @Override
  public String toString() {
    return line;
  }
}
