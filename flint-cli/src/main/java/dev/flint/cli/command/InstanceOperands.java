package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.cli.console.ErrorReporter;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The instances a command is about. */
final class InstanceOperands {
  @Parameters(arity = "1..*", paramLabel = "NAME", description = "Instances.")
  List<String> names = new ArrayList<>();

  /** What to do with one. */
  @FunctionalInterface
  interface Action {
    /** Does it. */
    void run(ControlClient agent, JsonObject id) throws IOException;
  }

  List<String> names() {
    return names;
  }

  /** Does it with each, prints the names that it was done with, and reports on the others. */
  int forEach(Context context, Action action) throws IOException {
    int exit = 0;
    try (ControlClient agent = context.agent().connect()) {
      for (String name : names) {
        try {
          action.run(agent, JsonObject.empty().with("id", name));
          context.result(name);
        } catch (IOException e) {
          int code = new ErrorReporter(context.console()).report(e, false);
          exit = exit == 0 ? code : exit;
        }
      }
    }
    return exit;
  }
}
