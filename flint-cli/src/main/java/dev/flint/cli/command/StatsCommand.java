package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public StatsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    List<JsonObject> running = new ArrayList<>();
    try (ControlClient agent = context.agent().connect()) {
      for (JsonObject instance :
          agent.ask(JsonObject.empty().with("op", "list")).objects("instances")) {
        JsonObject spec = instance.object("spec").orElseThrow(() -> instance.missing("spec"));
        String id = spec.requiredString("id");
        JsonObject usage = agent.ask(JsonObject.empty().with("op", "usage").with("id", id));
        if (usage.has("cpuNanos")) {
          running.add(usage.with("name", id).with("backend", instance.requiredString("backend")));
        }
      }
    }
    if (output.isJson()) {
      JsonObject json = JsonObject.empty().withObjects("instances", running);
      context.console().result(new String(json.prettyBytes(), StandardCharsets.UTF_8));
      return 0;
    }
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
    table.lines().forEach(context.console()::result);
    return 0;
  }

  private static String seconds(OptionalLong nanos) {
    long millis = nanos.orElse(-1) / 1_000_000;
    return nanos.orElse(-1) < 0 ? "-" : millis / 1000 + "." + millis % 1000 / 100 + " s";
  }

  private static String bytes(OptionalLong bytes) {
    return bytes.orElse(-1) < 0 ? "-" : Sizes.of(bytes.getAsLong());
  }
}
