package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.oci.foreign.RawTerminal;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flint exec}. */
@Command(
    name = "exec",
    sortOptions = false,
    description = "Run a further program in a container.",
    footer = {
      "",
      "Its exit code is passed on; 126 and 127 are a program that cannot be executed",
      "or is not there, 125 is a failure of Flint's own. A guest runs no program but",
      "its own.",
      "",
      "Example:  flint exec -it web sh"
    })
public final class ExecCommand implements Callable<Integer>, PassesExitCode {
  private final Context context;

  @Parameters(index = "0", paramLabel = "NAME", description = "The instance.")
  String name;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "CMD", description = "The program.")
  List<String> program = new ArrayList<>();

  @Option(
      names = {"-i", "--interactive"},
      description = "Standard input goes to the program.")
  boolean interactive;

  @Option(
      names = {"-t", "--tty"},
      description = "The program gets a terminal.")
  boolean terminal;

  @Mixin EnvOption env = new EnvOption();

  /** Works in a context. */
  public ExecCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    JsonObject request =
        JsonObject.empty()
            .with("op", "exec")
            .with("id", name)
            .withStrings("args", program)
            .withMap("env", env.read(context.env()))
            .with("terminal", terminal);
    try (ControlClient agent = context.agent().connect()) {
      ExecStream stream = new ExecStream(context, agent, interactive);
      if (!terminal) {
        return stream.run(request, List.of());
      }
      try (RawTerminal raw = RawTerminal.open()) {
        return stream.run(request, raw.size());
      }
    }
  }
}
