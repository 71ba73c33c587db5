package dev.flint.cli.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint rm}. */
@Command(
    name = "rm",
    sortOptions = false,
    description = "Forget instances that have ended, with their logs.",
    footer = {"", "Images are removed by flint rmi.", "", "Example:  flint rm -f web"})
public final class RemoveInstanceCommand implements Callable<Integer> {
  private final Context context;

  @Mixin InstanceOperands instances = new InstanceOperands();

  @Option(
      names = {"-f", "--force"},
      description = "End those that run.")
  boolean force;

  /** Works in a context. */
  public RemoveInstanceCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    return instances.forEach(
        context, (agent, id) -> agent.ask(id.with("op", "remove").with("force", force)));
  }
}
