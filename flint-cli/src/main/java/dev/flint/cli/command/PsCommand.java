package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.cli.console.Durations;
import dev.flint.cli.console.Table;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint ps}. */
@Command(
    name = "ps",
    sortOptions = false,
    description = "List instances that run or will be started again.",
    footer = {"", "With --quiet only the names.", "", "Example:  flint ps -a -o json"})
public final class PsCommand implements Callable<Integer> {
  private final Context context;

  @Option(
      names = {"-a", "--all"},
      description = "Also those that have ended.")
  private boolean all;

  @Mixin private OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public PsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    List<JsonObject> shown = new ArrayList<>();
    try (ControlClient agent = context.agent().connect()) {
      for (JsonObject instance :
          agent.ask(JsonObject.empty().with("op", "list")).objects("instances")) {
        InstanceState state = state(instance);
        if (all || (state.phase() != Phase.EXITED && state.phase() != Phase.CREATED)) {
          shown.add(instance);
        }
      }
    }
    if (output.isJson()) {
      JsonObject json = JsonObject.empty().withObjects("instances", shown);
      context.console().result(new String(json.prettyBytes(), StandardCharsets.UTF_8));
    } else if (context.isQuiet()) {
      for (JsonObject instance : shown) {
        context.result(spec(instance).requiredString("id"));
      }
    } else {
      table(shown).lines().forEach(context.console()::result);
    }
    return 0;
  }

  private static Table table(List<JsonObject> instances) throws IOException {
    Table table = new Table("NAME", "IMAGE", "BACKEND", "STATUS", "RESTARTS", "PORTS");
    for (JsonObject instance : instances) {
      InstanceState state = state(instance);
      table.row(
          spec(instance).requiredString("id"),
          spec(instance).requiredString("image"),
          instance.requiredString("backend"),
          status(state),
          Integer.toString(state.restarts()),
          String.join(", ", PortCommand.lines(spec(instance))));
    }
    return table;
  }

  private static String status(InstanceState state) {
    long now = Clock.systemUTC().millis();
    return switch (state.phase()) {
      case CREATED -> "Created";
      case STARTING -> "Starting";
      case RUNNING ->
          "Up "
              + Durations.of(now - state.startedMillis())
              + (state.note().isEmpty() ? "" : " (" + state.note().split(" ", 2)[0] + ")");
      case WAITING ->
          "Restarting in "
              + Durations.of(Math.max(0, state.nextStartMillis() - now))
              + state.end().map(end -> " (" + end.code() + ")").orElse("");
      case EXITED ->
          state
              .end()
              .map(
                  end ->
                      "Exited ("
                          + end.code()
                          + ") "
                          + Durations.of(now - end.finishedMillis())
                          + " ago")
              .orElse("Exited");
    };
  }

  private static InstanceState state(JsonObject instance) throws IOException {
    return InstanceState.of(instance.object("state").orElseThrow(() -> instance.missing("state")));
  }

  private static JsonObject spec(JsonObject instance) throws IOException {
    return instance.object("spec").orElseThrow(() -> instance.missing("spec"));
  }
}
