package dev.flint.cli.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flint restart}. */
@Command(
    name = "restart",
    sortOptions = false,
    description = "Stop instances and start them again; start those that ended.",
    footer = {"", "Example:  flint restart web"})
public final class RestartCommand implements Callable<Integer> {
  private final Context context;

  @Mixin InstanceOperands instances = new InstanceOperands();

  /** Works in a context. */
  public RestartCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    return instances.forEach(
        context,
        (agent, id) -> {
          agent.ask(id.with("op", "stop"));
          agent.ask(id.with("op", "settled"));
          agent.ask(id.with("op", "start"));
        });
  }
}
