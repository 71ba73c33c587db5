package dev.flint.cli.command;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.agent.qemu.Acceleration;
import dev.flint.agent.qemu.QemuBackend;
import dev.flint.agent.qemu.QemuSettings;
import dev.flint.cli.boottest.Boot;
import dev.flint.cli.boottest.Condition;
import dev.flint.cli.boottest.JUnitReport;
import dev.flint.cli.boottest.Verdict;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint boot-test}. */
@Command(
    name = "boot-test",
    sortOptions = false,
    description = "Boot an image and tell whether it does what it should.",
    footer = {
      "",
      "All conditions must hold before the time is over. The image is the local",
      "store's, or else the registry's; it is unpacked into a temporary folder, and",
      "nothing of it is left. Ends with 0 if all hold, with 11 if one does not.",
      "",
      "Example:  flint boot-test web:1 -m 256m --port 8080 --timeout 5m \\",
      "              --junit report.xml"
    })
public final class BootTestCommand implements Callable<Integer> {
  private static final int SHOWN_LINES = 20;
  private static final int PORTS = 65535;

  private final Context context;

  @Spec CommandSpec command;

  @Parameters(index = "0", paramLabel = "REF", description = "The image.")
  Reference reference;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARG", description = "Arguments.")
  List<String> args = new ArrayList<>();

  @Option(
      names = "--expect",
      paramLabel = "TEXT",
      description = "The console must have this text within a line. Repeatable.")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Port of the application: it must answer an HTTP request, with whatever. Repeatable.")
  List<Integer> ports = new ArrayList<>();

  @Option(
      names = "--exit",
      paramLabel = "CODE",
      description = "The guest must end with this exit code.")
  @Nullable Integer exit;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = OptionTexts.TimeConverter.class,
      description = "How long it may take, such as 90s or 5m. Default: 60s.")
  Duration timeout;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the verdict as JUnit XML too.")
  @Nullable Path junit;

  @Mixin InstanceOptions instance = new InstanceOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public BootTestCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    List<Condition> conditions = conditions();
    InstanceSpec spec = instance.spec(context, reference, args, Map.of());
    spec = spec.withPorts(forwards(spec.ports()));
    long begin = System.nanoTime();
    Boot.Report report;
    try (BootPlace place = BootPlace.make(context)) {
      QemuSettings qemu =
          QemuSettings.find(context.env(), Acceleration.TCG, place.root())
              .orElseThrow(
                  () ->
                      new FlintException(
                          ErrorCode.UNSUPPORTED,
                          "there is no QEMU here to boot under",
                          "install qemu-system-x86"));
      PreparedImage image =
          context
              .supply(registry, place.images())
              .get(reference, PullPolicy.IF_NOT_PRESENT)
              .image();
      report =
          new Boot(new QemuBackend(qemu), place.folder(spec.id()))
              .run(spec, image, conditions, timeout);
    }
    if (junit != null) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      new JUnitReport(reference.toString(), report, millis).write(junit);
    }
    return tell(report);
  }

  private int tell(Boot.Report report) throws FlintException {
    String first = "";
    for (Verdict.Result result : report.results()) {
      boolean holds = result.problem().isEmpty();
      String problem = result.condition().words() + (holds ? "" : ": " + result.problem());
      context.result((holds ? "passed: " : "failed: ") + problem);
      first = first.isEmpty() && !holds ? problem : first;
    }
    if (report.passed()) {
      return 0;
    }
    List<String> lines = report.console();
    for (String line : lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())) {
      context.console().note("  | " + Printable.of(line));
    }
    throw new FlintException(
        ErrorCode.TEST_FAILED,
        reference + " does not do what it should: " + first,
        "its last lines are above");
  }

  private List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    for (String text : texts) {
      conditions.add(new Condition.Says(text));
    }
    for (int port : ports) {
      if (port < 1 || port > PORTS) {
        throw new ParameterException(command.commandLine(), "not a port: " + port);
      }
      conditions.add(new Condition.Serves(port));
    }
    if (exit != null) {
      conditions.add(new Condition.Ends(exit));
    }
    if (conditions.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "nothing to test: say --expect, --port or --exit");
    }
    return conditions;
  }

  /** A forward for every port that is to answer, where the user has none. */
  private List<PortForward> forwards(List<PortForward> own) {
    List<PortForward> all = new ArrayList<>(own);
    for (int port : ports) {
      boolean there = false;
      for (PortForward forward : own) {
        there |= forward.guestPort() == port && forward.protocol() == PortForward.Protocol.TCP;
      }
      if (!there) {
        all.add(new PortForward("127.0.0.1", 0, port, PortForward.Protocol.TCP));
      }
    }
    return all;
  }
}
