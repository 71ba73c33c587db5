package dev.flint.cli.completion;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;

/**
 * The completion of one shell: what the commands take, the engine that finds the place in it where
 * the cursor is (both in words that every shell understands), and a function of that shell's own
 * that asks the engine.
 */
public final class CompletionScript {
  private static final String PLACE = "@ENGINE@\n";

  private CompletionScript() {}

  /**
   * Writes the script.
   *
   * @param root the program with all of its commands
   */
  public static String of(Shell shell, CommandLine root) {
    String engine = resource("engine.sh") + "\n" + CommandTable.of(root);
    String script = resource("script." + shell);
    return shell == Shell.fish
        ? script.replace(PLACE.strip(), quotedForFish(engine))
        : script.replace(PLACE, engine + "\n");
  }

  private static String quotedForFish(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(CompletionScript.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
