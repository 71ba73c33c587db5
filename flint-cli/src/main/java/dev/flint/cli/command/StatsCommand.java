package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint stats}. */
@Command(
    name = "stats",
    sortOptions = false,
    description = "Show what running instances take of the host.",
    footer = {
      "",
      "CPU is the processor time since the start; memory is what the host gives now.",
      "",
      "Example:  flint stats"
    })
public final class StatsCommand implements Callable<Integer> {
  private final Context context;

  @Mixin OutputOptions output = new OutputOptions();

  // For hands and scripts that are used to docker; nothing reads it.
  @Option(names = "--no-stream", description = "Show them once, as is always done.")
  boolean once;

  /** Works in a context. */
  public StatsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    SortedMap<String, JsonObject> running = new TreeMap<>();
    try (ControlClient agent = context.agent().connect()) {
      for (JsonObject instance :
          agent.ask(JsonObject.empty().with("op", "list")).objects("instances")) {
        JsonObject spec = instance.object("spec").orElseThrow(() -> instance.missing("spec"));
        String id = spec.requiredString("id");
        JsonObject usage = agent.ask(JsonObject.empty().with("op", "usage").with("id", id));
        if (usage.has("cpuNanos")) {
          running.put(id, json(id, instance.requiredString("backend"), usage));
        }
      }
    }
    List<String> lines = table(running.values());
    output.print(
        context,
        Result.list(
            "stats/v1",
            "instances",
            List.copyOf(running.values()),
            () -> lines,
            () -> List.copyOf(running.keySet())));
    return 0;
  }

  /** What the backend cannot tell is left out. */
  private static JsonObject json(String id, String backend, JsonObject usage) throws IOException {
    JsonObject json = JsonObject.empty().with("name", id).with("backend", backend);
    for (String amount : List.of("cpuNanos", "memoryBytes", "receivedBytes", "sentBytes")) {
      long value = usage.integer(amount).orElse(-1);
      json = value < 0 ? json : json.with(amount, value);
    }
    return json;
  }

  private static List<String> table(Collection<JsonObject> running) throws IOException {
    Table table = new Table("NAME", "BACKEND", "CPU", "MEMORY", "NET IN", "NET OUT");
    for (JsonObject each : running) {
      table.row(
          each.requiredString("name"),
          each.requiredString("backend"),
          seconds(each.integer("cpuNanos")),
          bytes(each.integer("memoryBytes")),
          bytes(each.integer("receivedBytes")),
          bytes(each.integer("sentBytes")));
    }
    return table.lines();
  }

  private static String seconds(OptionalLong nanos) {
    long millis = nanos.orElse(-1) / 1_000_000;
    return nanos.orElse(-1) < 0 ? "-" : millis / 1000 + "." + millis % 1000 / 100 + " s";
  }

  private static String bytes(OptionalLong bytes) {
    return bytes.orElse(-1) < 0 ? "-" : Sizes.of(bytes.getAsLong());
  }
}
