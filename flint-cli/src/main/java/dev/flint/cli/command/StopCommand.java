package dev.flint.cli.command;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint stop}. */
@Command(
    name = "stop",
    sortOptions = false,
    description = "Ask instances to end, and end those that do not in time.",
    footer = {
      "",
      "A container gets its stop signal, a guest the power button. Returns when they",
      "have ended.",
      "",
      "Example:  flint stop web"
    })
public final class StopCommand implements Callable<Integer> {
  private final Context context;

  @Mixin InstanceOperands instances = new InstanceOperands();

  @Option(
      names = {"-t", "--time"},
      paramLabel = "SECONDS",
      description =
          "Time to end by itself when it is stopped. Default: what the instance was made with.")
  @Nullable Integer seconds;

  /** Works in a context. */
  public StopCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    return instances.forEach(
        context,
        (agent, id) -> {
          JsonObject stop = id.with("op", "stop");
          agent.ask(seconds == null ? stop : stop.with("graceMillis", seconds * 1000L));
          agent.ask(id.with("op", "settled"));
        });
  }
}
