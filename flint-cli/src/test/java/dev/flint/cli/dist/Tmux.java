package dev.flint.cli.dist;

import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assertions;

/** A terminal with a shell in it, by a tmux server of its own. */
final class Tmux implements AutoCloseable {
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(90);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final String PROMPT = "ready>";

  private final Path socket;

  private Tmux(Path socket) {
    this.socket = socket;
  }

  /**
   * Starts a shell.
   *
   * @param raw gets what the terminal gets
   */
  static Tmux start(Path folder, int columns, Map<String, String> env, Path raw) {
    Tmux tmux = new Tmux(folder.resolve("tmux"));
    List<Object> words =
        new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", 24));
    // What a command line leaves behind without a folder to its name is not left in the project's.
    words.addAll(List.of("-c", folder, "env", "-i"));
    env.forEach((name, value) -> words.add(name + "=" + value));
    words.addAll(List.of("TERM=screen", "PS1=" + PROMPT, Peers.require("dash").toString()));
    tmux.run(words.toArray());
    tmux.run("pipe-pane", "cat >" + raw);
    tmux.await(rows -> rows.get(rows.size() - 1).equals(PROMPT));
    return tmux;
  }

  private String run(Object... words) {
    List<Object> argv = new ArrayList<>(List.of("tmux", "-S", socket));
    argv.addAll(List.of(words));
    return Command.run(argv.toArray()).ok().out();
  }

  void type(String line) {
    run("send-keys", "-l", line);
    run("send-keys", "Enter");
  }

  void interrupt() {
    run("send-keys", "C-c");
  }

  void resize(int columns) {
    run("resize-window", "-x", columns, "-y", 24);
  }

  /** What is to be seen, history included, up to the last row that says something. */
  List<String> rows() {
    List<String> rows = new ArrayList<>(run("capture-pane", "-p", "-S", "-").lines().toList());
    while (rows.size() > 1 && rows.get(rows.size() - 1).isBlank()) {
      rows.remove(rows.size() - 1);
    }
    return rows;
  }

  /** The rows as soon as they are as they should be. */
  List<String> await(Predicate<List<String>> expected) {
    long end = System.nanoTime() + LIMIT;
    List<String> rows = rows();
    while (!expected.test(rows)) {
      if (System.nanoTime() > end) {
        Assertions.fail("the terminal never showed that, but:\n" + String.join("\n", rows));
      }
      // Each look starts a program; without a pause they would take all of a processor.
      LockSupport.parkNanos(POLL_NANOS);
      rows = rows();
    }
    return rows;
  }

  /** The rows as soon as the last one is nothing but the shell's, waiting for a command. */
  List<String> awaitPrompt() {
    return await(rows -> rows.size() > 1 && rows.get(rows.size() - 1).equals(PROMPT));
  }

  /** Whether the cursor is to be seen, and lines that are too long are broken. */
  boolean isAsItWas() {
    return run("display-message", "-p", "#{cursor_flag} #{wrap_flag}").strip().equals("1 1");
  }

  @Override
  public void close() {
    run("kill-server");
  }
}
