package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.cli.console.Result;
import dev.flint.cli.console.Table;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flint pods}. */
@Command(
    name = "pods",
    sortOptions = false,
    description = "List the pods of the agent, and what they wait for.",
    footer = {
      "",
      "Those of the folder of flint agent --pods, and of the cluster whose node it",
      "is. What cannot be used of a file is told on standard error.",
      "With --quiet only NAMESPACE/NAME.",
      "",
      "Example:  flint pods"
    })
public final class PodsCommand implements Callable<Integer> {
  private static final String INIT = "initContainers";
  private static final String CONTAINERS = "containers";

  private final Context context;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public PodsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    JsonObject answer = ask();
    List<JsonObject> pods = new ArrayList<>();
    for (JsonObject pod : answer.objects("pods")) {
      pods.add(json(pod));
    }
    List<JsonObject> broken = broken(answer);
    List<String> lines = table(pods).lines();
    List<String> names = new ArrayList<>();
    for (JsonObject pod : pods) {
      names.add(pod.requiredString("namespace") + "/" + pod.requiredString("name"));
    }
    JsonObject head =
        JsonObject.empty().with("schema", "pods/v1").withObjects("brokenFiles", broken);
    output.print(context, Result.list(head, "pods", pods, () -> lines, () -> names));
    for (JsonObject file : broken) {
      for (String problem : file.strings("problems")) {
        String name = file.requiredString("name");
        context.note(problem.startsWith(name) ? problem : name + ": " + problem);
      }
    }
    return 0;
  }

  /** None is started for this: one that was not told of pods has none. */
  private JsonObject ask() throws IOException {
    Optional<ControlClient> agent = ControlClient.connect(context.state().socket());
    if (agent.isEmpty()) {
      context.note(
          context.state().isTaken()
              ? "the agent is about to start; try again"
              : "no agent runs; pods are run by flint agent --pods DIR");
      return JsonObject.empty();
    }
    try (ControlClient client = agent.get()) {
      return client.ask(JsonObject.empty().with("op", "pods"));
    }
  }

  private static List<JsonObject> broken(JsonObject answer) throws IOException {
    JsonObject problems = answer.object("problems").orElse(JsonObject.empty());
    Map<String, JsonObject> files = new TreeMap<>();
    for (String name : problems.names()) {
      files.put(
          name,
          JsonObject.empty().with("name", name).withStrings("problems", problems.strings(name)));
    }
    return List.copyOf(files.values());
  }

  private static JsonObject json(JsonObject pod) throws IOException {
    JsonObject json = pod;
    for (String member : List.of(INIT, CONTAINERS)) {
      List<JsonObject> containers = new ArrayList<>();
      for (JsonObject container : pod.objects(member)) {
        String state = container.requiredString("state").toLowerCase(Locale.ROOT);
        containers.add(container.with("state", state));
      }
      json = json.withObjects(member, containers);
    }
    return json;
  }

  /** Of pods as in JSON. */
  static Table table(List<JsonObject> pods) throws IOException {
    Table table = new Table("NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "MESSAGE");
    for (JsonObject pod : pods) {
      int ready = 0;
      long restarts = 0;
      List<JsonObject> containers = pod.objects(CONTAINERS);
      for (JsonObject container : containers) {
        ready += container.flag("ready") ? 1 : 0;
        restarts += container.integer("restarts").orElse(0);
      }
      Cause cause = cause(pod, containers);
      table.row(
          pod.requiredString("namespace"),
          pod.requiredString("name"),
          ready + "/" + containers.size(),
          cause.reason,
          Long.toString(restarts),
          cause.message);
    }
    return table;
  }

  /** What people want to know first: as kubectl has it, the reason of what keeps the pod. */
  private record Cause(String reason, String message) {
    static Cause of(String before, JsonObject from) throws IOException {
      return new Cause(before + from.requiredString("reason"), from.requiredString("message"));
    }
  }

  private static Cause cause(JsonObject pod, List<JsonObject> containers) throws IOException {
    if (!pod.requiredString("reason").isEmpty()) {
      return Cause.of("", pod);
    }
    Optional<JsonObject> init = explained("waiting", pod.objects(INIT));
    if (init.isPresent()) {
      return Cause.of("Init:", init.get());
    }
    Optional<JsonObject> waiting = explained("waiting", containers);
    if (waiting.isPresent()) {
      return Cause.of("", waiting.get());
    }
    Optional<JsonObject> ended = explained("terminated", containers);
    return ended.isPresent() && !anyRuns(containers)
        ? Cause.of("", ended.get())
        : new Cause(pod.requiredString("phase"), pod.requiredString("message"));
  }

  /** The first in a state that says why. */
  private static Optional<JsonObject> explained(String state, List<JsonObject> containers)
      throws IOException {
    for (JsonObject container : containers) {
      if (container.requiredString("state").equals(state)
          && !container.requiredString("reason").isEmpty()) {
        return Optional.of(container);
      }
    }
    return Optional.empty();
  }

  private static boolean anyRuns(List<JsonObject> containers) throws IOException {
    for (JsonObject container : containers) {
      if (container.requiredString("state").equals("running")) {
        return true;
      }
    }
    return false;
  }
}
