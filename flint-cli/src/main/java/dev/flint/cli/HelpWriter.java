package dev.flint.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * Run by the build: writes the help of every command as a file, which the launcher prints without
 * starting Java.
 */
final class HelpWriter {
  private HelpWriter() {}

  /** Writes below the folder that is the only argument. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    for (Map.Entry<String, String> text : texts().entrySet()) {
      Path file = folder.resolve(text.getKey());
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(file, text.getValue());
    }
  }

  /**
   * The help of the root in {@code flint.txt}, of its commands in {@code NAME.txt} and of theirs in
   * {@code NAME/NAME.txt}, under every name they have.
   */
  static Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    CommandLine root = Flint.model();
    texts.put("flint.txt", root.getUsageMessage(Ansi.OFF));
    add(root, "", texts);
    return texts;
  }

  private static void add(CommandLine parent, String folder, Map<String, String> texts) {
    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (!command.getCommandSpec().usageMessage().hidden()) {
                texts.put(folder + name + ".txt", command.getUsageMessage(Ansi.OFF));
                add(command, folder + name + "/", texts);
              }
            });
  }
}
