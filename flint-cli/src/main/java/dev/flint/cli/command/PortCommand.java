package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.instance.InstanceId;
import dev.flint.cli.console.Result;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint port}. */
@Command(
    name = "port",
    sortOptions = false,
    description = "Show which ports of the host lead to an instance.",
    footer = {"", "Example:  flint port web"})
public final class PortCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "NAME", description = "The instance.")
  String name;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public PortCommand(Context context) {
    this.context = context;
  }

  /** The forwarded ports of a spec. */
  static List<String> lines(JsonObject spec) throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonObject port : spec.objects("ports")) {
      lines.add(
          port.requiredString("hostAddress")
              + ":"
              + port.integer("hostPort").orElse(0)
              + "->"
              + port.integer("port").orElse(0)
              + "/"
              + port.requiredString("protocol").toLowerCase(Locale.ROOT));
    }
    return lines;
  }

  /** The same for programs. */
  static List<JsonObject> ports(JsonObject spec) throws IOException {
    List<JsonObject> ports = new ArrayList<>();
    for (JsonObject port : spec.objects("ports")) {
      String protocol = port.requiredString("protocol").toLowerCase(Locale.ROOT);
      ports.add(port.with("protocol", protocol));
    }
    return ports;
  }

  @Override
  public Integer call() throws IOException {
    InstanceId id = InstanceId.parse(name);
    try (ControlClient agent = context.agent().connect()) {
      for (JsonObject instance :
          agent.ask(JsonObject.empty().with("op", "list")).objects("instances")) {
        JsonObject spec = instance.object("spec").orElseThrow(() -> instance.missing("spec"));
        if (spec.requiredString("id").equals(id.text())) {
          show(spec, instance);
          return 0;
        }
      }
    }
    throw new FlintException(
        ErrorCode.NOT_FOUND, "there is no instance named " + id, "see flint ps --all");
  }

  private void show(JsonObject spec, JsonObject instance) throws IOException {
    JsonObject state = instance.object("state").orElse(JsonObject.empty());
    List<JsonObject> ports = ports(spec);
    List<String> names = new ArrayList<>();
    for (JsonObject port : ports) {
      names.add(port.requiredString("hostAddress") + ":" + port.integer("hostPort").orElse(0));
    }
    JsonObject json =
        JsonObject.empty()
            .with("schema", "port/v1")
            .with("name", name)
            .with("address", state.string("address").orElse(""))
            .withObjects("ports", ports);
    List<String> lines = lines(spec);
    output.print(context, new Result(json, "ports", () -> lines, () -> names));
  }
}
