package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.cli.console.Durations;
import dev.flint.cli.console.Result;
import dev.flint.cli.console.Table;
import dev.flint.cli.console.Times;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
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
  boolean all;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public PsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    SortedMap<String, JsonObject> shown = new TreeMap<>();
    try (ControlClient agent = context.agent().connect()) {
      for (JsonObject instance :
          agent.ask(JsonObject.empty().with("op", "list")).objects("instances")) {
        InstanceState state = state(instance);
        if (all || (state.phase() != Phase.EXITED && state.phase() != Phase.CREATED)) {
          shown.put(spec(instance).requiredString("id"), instance);
        }
      }
    }
    List<String> lines = table(shown.values()).lines();
    List<JsonObject> instances = new ArrayList<>();
    for (JsonObject instance : shown.values()) {
      instances.add(json(instance));
    }
    output.print(
        context,
        Result.list(
            "ps/v1", "instances", instances, () -> lines, () -> List.copyOf(shown.keySet())));
    return 0;
  }

  private static JsonObject json(JsonObject instance) throws IOException {
    InstanceState state = state(instance);
    JsonObject json =
        JsonObject.empty()
            .with("name", spec(instance).requiredString("id"))
            .with("reference", spec(instance).requiredString("image"))
            .with("backend", instance.requiredString("backend"))
            .with("state", state.phase().name().toLowerCase(Locale.ROOT))
            .with("note", state.note())
            .with("restarts", state.restarts())
            .with("created", Times.iso(state.createdMillis()))
            .with("started", Times.iso(state.startedMillis()))
            .with("nextStart", Times.iso(state.nextStartMillis()))
            .with("finished", Times.iso(state.end().map(End::finishedMillis).orElse(0L)))
            .with("address", state.address())
            .withObjects("ports", PortCommand.ports(spec(instance)));
    return state.end().isPresent() ? json.with("exitCode", state.end().get().code()) : json;
  }

  private static Table table(Collection<JsonObject> instances) throws IOException {
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
