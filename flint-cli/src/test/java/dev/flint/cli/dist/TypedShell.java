package dev.flint.cli.dist;

import dev.flint.cli.completion.Shell;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A real shell on a terminal of tmux, with Flint's completion loaded. Keys are typed into it; a key
 * of the test's has it write its command line into a pipe, so nothing is guessed from the screen.
 */
final class TypedShell implements AutoCloseable {
  private final Shell shell;
  private final Path folder;
  private final Path answers;

  private TypedShell(Shell shell, Path folder) {
    this.shell = shell;
    this.folder = folder;
    this.answers = folder.resolve("answers");
  }

  /**
   * Starts a shell.
   *
   * @param folder for what belongs to the shell
   * @param work its current folder
   */
  static TypedShell start(
      Shell shell, Path folder, Path work, Path completions, Map<String, String> env)
      throws Exception {
    Files.createDirectories(folder);
    TypedShell typed = new TypedShell(shell, folder);
    Command.run("mkfifo", typed.answers).ok();
    List<Object> words = new ArrayList<>(List.of("env", "-i", "LC_ALL=C.UTF-8"));
    env.forEach((name, value) -> words.add(name + "=" + value));
    words.add("SHELL=/bin/sh");
    words.add("ZDOTDIR=" + folder);
    words.add("ANSWERS=" + typed.answers);
    words.add("COMPLETIONS=" + completions);
    words.addAll(List.of(Peers.require("tmux"), "-S", typed.socket(), "-f", "/dev/null"));
    words.addAll(List.of("new-session", "-d", "-x", "150", "-y", "50", "-c", work));
    words.addAll(typed.program());
    Command.run(words.toArray()).ok();
    typed.answer();
    typed.awaitPrompt();
    return typed;
  }

  /** The terminal itself would show keys that are typed before the shell reads them. */
  private void awaitPrompt() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!screen().contains(">")) {
      if (System.nanoTime() > end) {
        throw new AssertionError(shell + " has no prompt; its terminal: " + screen());
      }
      Thread.sleep(10);
    }
  }

  private List<String> program() throws IOException {
    String program = Peers.require(shell.name()).toString();
    Path setup = folder.resolve(shell == Shell.zsh ? ".zshrc" : "setup");
    Files.writeString(setup, setup(shell));
    return switch (shell) {
      case bash -> List.of(program, "--noprofile", "--rcfile", setup.toString(), "-i");
      case zsh -> List.of(program, "-d", "-i");
      case fish -> List.of(program, "--no-config", "-C", "source " + setup);
    };
  }

  /** Ctrl-X A puts all that is offered into the line, Ctrl-X D writes the line into the pipe. */
  private static String setup(Shell shell) {
    return switch (shell) {
      case bash ->
          """
          PS1='> '
          bind 'set bell-style none'
          . "$COMPLETIONS/flint.bash"
          answer() {
            printf '%s\\n' "$READLINE_LINE" >"$ANSWERS"
            READLINE_LINE='' READLINE_POINT=0
          }
          bind '"\\C-xa": insert-completions'
          bind -x '"\\C-xd": answer'
          echo ready >"$ANSWERS"
          """;
      case zsh ->
          """
          PROMPT='> '
          unsetopt beep
          bindkey -e
          fpath=($COMPLETIONS $fpath)
          autoload -U compinit
          compinit -u -D
          answer() {
            print -r -- "$BUFFER" >$ANSWERS
            BUFFER=
          }
          zle -N answer
          bindkey '^Xd' answer
          zle -C all-matches complete-word _generic
          bindkey '^Xa' all-matches
          zstyle ':completion:all-matches::::' completer _all_matches _complete
          zstyle ':completion:all-matches:*' insert true
          echo ready >$ANSWERS
          """;
      case fish ->
          """
          function fish_prompt
              echo '> '
          end
          set -g fish_greeting
          set -g fish_autosuggestion_enabled 0
          source $COMPLETIONS/flint.fish
          function answer
              commandline >$ANSWERS
              commandline ''
          end
          function all
              set -l all (complete -C (commandline -cp) | string replace -r '\\t.*' '')
              if set -q all[1]
                  commandline -t -- (string join ' ' -- (string escape -n -- $all))
              end
          end
          bind \\cxa all
          bind \\cxd answer
          echo ready >$ANSWERS
          """;
    };
  }

  /** The words that the shell offers for the last word of a line. */
  List<String> offered(String line) throws Exception {
    String filled = typed(line, "C-x", "a");
    int last = line.lastIndexOf(' ') + 1;
    if (filled.strip().equals(line.strip()) && !line.substring(last).isEmpty()) {
      // Nothing more, or this very word.
      return List.of();
    }
    List<String> words = new ArrayList<>();
    for (String word : filled.substring(last).strip().split("(?<!\\\\) +", -1)) {
      words.add(word.replace("\\", ""));
    }
    words.removeIf(String::isEmpty);
    if (shell == Shell.bash) {
      // Readline's words begin after these, and the line has what was before them once.
      int begun = 1 + Math.max(line.lastIndexOf(':'), line.lastIndexOf('='));
      String before = line.substring(last, Math.max(last, begun));
      for (int i = 1; i < words.size(); i++) {
        words.set(i, before + words.get(i));
      }
    }
    return words.stream().sorted().toList();
  }

  /** The command line after a line was typed and the Tab key pressed. */
  String afterTab(String line) throws Exception {
    return typed(line, "Tab");
  }

  /** The same with the cursor so many characters before the end. */
  String afterTab(String line, int before) throws Exception {
    List<String> keys = new ArrayList<>(Collections.nCopies(before, "Left"));
    keys.add("Tab");
    return typed(line, keys.toArray(String[]::new));
  }

  private String typed(String line, String... keys) throws Exception {
    type("-l", "--", line);
    type(keys);
    type("C-x", "d");
    return answer();
  }

  void type(String... keys) {
    List<Object> words = new ArrayList<>(List.of("tmux", "-S", socket(), "send-keys"));
    words.addAll(List.of(keys));
    Command.run(words.toArray()).ok();
  }

  /** Throws away what was typed. */
  void clear() throws Exception {
    type("C-x", "d");
    answer();
  }

  /** All that is on the terminal. */
  String screen() {
    return Command.run("tmux", "-S", socket(), "capture-pane", "-p").ok().out();
  }

  private String socket() {
    return folder.resolve("tmux").toString();
  }

  /** Waits for the line that the shell writes into the pipe. */
  private String answer() throws Exception {
    FutureTask<String> reading =
        new FutureTask<>(() -> Files.readString(answers, StandardCharsets.UTF_8));
    Thread reader = new Thread(reading, "answer");
    reader.setDaemon(true);
    reader.start();
    try {
      return reading.get(1, TimeUnit.MINUTES).replaceFirst("\n$", "");
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(shell + " did not answer; its terminal: " + screen(), e);
    }
  }

  @Override
  public void close() {
    Command.run("tmux", "-S", socket(), "kill-server");
  }
}
