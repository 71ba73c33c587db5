package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.cli.console.Result;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint wait}. */
@Command(
    name = "wait",
    sortOptions = false,
    description = "Wait for an instance to end, and end with its exit code.",
    footer = {"", "Example:  flint wait job"})
public final class WaitCommand implements Callable<Integer>, PassesExitCode {
  private final Context context;

  @Parameters(paramLabel = "NAME", description = "The instance.")
  String name;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public WaitCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (ControlClient agent = context.agent().connect()) {
      JsonObject end = agent.ask(JsonObject.empty().with("id", name).with("op", "end"));
      int code = (int) end.integer("code").orElse(OWN_FAILURE);
      JsonObject json = JsonObject.empty().with("name", name).with("exitCode", code);
      output.print(context, Result.object("wait/v1", json, Integer.toString(code)));
      return code;
    }
  }
}
