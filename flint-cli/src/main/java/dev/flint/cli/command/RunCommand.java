package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.control.Removals;
import dev.flint.agent.image.ImagePreparer;
import dev.flint.agent.image.ImageSupply;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.SpecDocument;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.StoreLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flint run}. */
@Command(
    name = "run",
    sortOptions = false,
    description = "Run an image: a unikernel under QEMU, a container by containerd.",
    footer = {
      "",
      "The image says what runs it. ARG replaces the image's arguments, --entrypoint",
      "its program. Without -d, output goes to this terminal until the instance ends,",
      "and its exit code is passed on; 125, 126 and 127 are Flint's own failures, as",
      "with Docker.",
      "",
      "Example:  flint run --rm -m 64m osv-hello:1.0",
      "          flint run -d --name web -m 256m -p 8080 --restart always web:1"
    })
public final class RunCommand implements Callable<Integer>, PassesExitCode {
  private static final String PLAN_SCHEMA = "run-plan/v1";

  private final Context context;

  @Parameters(index = "0", paramLabel = "REF", description = "The image.")
  Reference reference;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARG", description = "Arguments.")
  List<String> args = new ArrayList<>();

  @Option(
      names = {"-d", "--detach"},
      description = "Run in the background and print the name of the instance.")
  boolean detach;

  @Option(names = "--rm", description = "Forget the instance when it has ended.")
  boolean remove;

  @Option(
      names = "--pull",
      paramLabel = "POLICY",
      defaultValue = "missing",
      description = "Ask the registry: ${COMPLETION-CANDIDATES}. Default: missing.")
  PullChoice pull;

  @Option(names = "--dry-run", description = "Do nothing but print it: what would be started.")
  boolean dryRun;

  @Mixin InstanceOptions instance = new InstanceOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public RunCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> labels = remove ? Map.of(Removals.LABEL, "true") : Map.of();
    InstanceSpec spec = instance.spec(context, reference, args, labels);
    ImageSupply images = context.supply(registry, context.state().images());
    ImagePreparer.Prepared prepared = images.get(reference, pull.policy());
    JsonObject wish =
        JsonObject.empty()
            .with("spec", SpecDocument.write(spec))
            .with("image", ImageDocument.write(prepared.image()))
            .with("fetched", prepared.fetchedDocument());
    try (ControlClient agent = context.agent().connect()) {
      if (dryRun) {
        JsonObject plan = agent.ask(wish.with("op", "plan")).first("schema", PLAN_SCHEMA);
        context.console().result(new String(plan.prettyBytes(), StandardCharsets.UTF_8));
        return 0;
      }
      try (StoreLock.Hold hold = images.hold(prepared.image())) {
        agent.ask(wish.with("op", "create"));
      }
      JsonObject id = JsonObject.empty().with("id", spec.id().text());
      if (detach) {
        agent.ask(id.with("op", "start"));
        context.result(spec.id().text());
        return 0;
      }
      agent.ask(id.with("op", "hold"));
      return new Attachment(context, agent, spec).run();
    }
  }
}
