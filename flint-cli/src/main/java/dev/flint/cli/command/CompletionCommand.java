package dev.flint.cli.command;

import dev.flint.cli.completion.CompletionScript;
import dev.flint.cli.completion.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint completion}. Where Flint is installed, the launcher prints the same from a file. */
@Command(
    name = "completion",
    sortOptions = false,
    description = "Print what lets a shell complete the command lines of flint.",
    footer = {
      "",
      "To have it in every new shell:",
      "  bash   echo '. <(flint completion bash)' >> ~/.bashrc",
      "  zsh    echo 'source <(flint completion zsh)' >> ~/.zshrc, after the line",
      "         with compinit; or, for a faster start, put it as _flint into a folder",
      "         of $fpath",
      "  fish   flint completion fish > ~/.config/fish/completions/flint.fish",
      "",
      "It knows images, instances and Capstan's names too, and asks registries for",
      "repositories and tags: at most every five minutes, without credential helpers,",
      "in the background.",
      "",
      "Example:  flint completion zsh > /usr/local/share/zsh/site-functions/_flint"
    })
public final class CompletionCommand implements Runnable {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "The shell: ${COMPLETION-CANDIDATES}.")
  Shell shell;

  /** Works in a context. */
  public CompletionCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context.console().out().print(CompletionScript.of(shell, spec.parent().commandLine()));
    context.console().out().flush();
  }
}
