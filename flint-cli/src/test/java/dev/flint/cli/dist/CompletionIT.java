package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads the completions that the distribution holds into the shells they are for. */
final class CompletionIT {
  private static final Path FOLDER = Distribution.built().folder().resolve("completions");

  @TempDir Path folder;

  @Test
  void bashOffersCommands() throws IOException {
    Path script =
        script(
            """
            . "$1"
            COMP_WORDS=(flint im) COMP_CWORD=1
            _complete_flint
            printf '%s\\n' "${COMPREPLY[@]}"
            """);
    Command.Result result = Command.run("bash", script, FOLDER.resolve("flint.bash")).ok();
    assertEquals(List.of("images", "import"), result.out().lines().sorted().toList());
  }

  @Test
  void bashOffersOptionsOfACommand() throws IOException {
    Path script =
        script(
            """
            . "$1"
            COMP_WORDS=(flint pull --plain) COMP_CWORD=2
            _complete_flint
            printf '%s\\n' "${COMPREPLY[@]}"
            """);
    Command.Result result = Command.run("bash", script, FOLDER.resolve("flint.bash")).ok();
    assertEquals("--plain-http", result.out().strip());
  }

  @Test
  void zshOffersCommandsFromTheFirstTabOn() throws IOException {
    Path script =
        script(
            """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1=; unsetopt zle_bracketed_paste; TERM=dumb; fpath=($1 \\$fpath)"
            zpty -w shell "autoload -U compinit; compinit -u -D; echo READY''"
            zpty -r -m shell text '*READY*'
            zpty -n -w shell $'flint im\\t\\t'
            zpty -r -m shell text '*(images*import|import*images)*'
            print -r -- "$text"
            zpty -d shell
            """);
    Command.Result result = Command.run("zsh", "-f", script, FOLDER).ok();
    assertTrue(result.out().contains("import"), result::toString);
    assertTrue(result.out().contains("images"), result::toString);
  }

  private Path script(String text) throws IOException {
    return Files.writeString(folder.resolve("script"), text);
  }
}
