package dev.flint.cli.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flint kill}. */
@Command(
    name = "kill",
    sortOptions = false,
    description = "End instances at once.",
    footer = {"", "They are not started again.", "", "Example:  flint kill web"})
public final class KillCommand implements Callable<Integer> {
  private final Context context;

  @Mixin InstanceOperands instances = new InstanceOperands();

  /** Works in a context. */
  public KillCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    return instances.forEach(
        context,
        (agent, id) -> {
          agent.ask(id.with("op", "stop").with("graceMillis", 0));
          agent.ask(id.with("op", "kill"));
          agent.ask(id.with("op", "settled"));
        });
  }
}
