package dev.flint.cli.command;

import dev.flint.agent.backend.Finding;
import dev.flint.cli.console.Result;
import dev.flint.cli.doctor.Doctor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint doctor}. */
@Command(
    name = "doctor",
    sortOptions = false,
    description = "Look whether all that Flint needs is there and works.",
    footer = {
      "",
      "Registries are those named, those of the config file, and those with a login.",
      "A warning is something that is missing or slow; ends with 11 if there is a",
      "problem.",
      "",
      "Example:  flint doctor localhost:5000"
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(12);
  private static final String INDENT = " ".repeat(9);

  private final Context context;

  @Parameters(
      paramLabel = "HOST",
      arity = "0..*",
      converter = RegistryOperand.HostConverter.class,
      description = "Registries to be reached, too.")
  List<String> hosts = new ArrayList<>();

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    List<Finding> findings =
        new Doctor(LIMIT).examine(new DoctorCheckups(context).all(List.copyOf(hosts)));
    output.print(
        context,
        Result.list(
            "doctor/v1",
            "checks",
            findings.stream().map(DoctorCommand::json).toList(),
            () -> lines(findings),
            () -> findings.stream().map(Finding::subject).distinct().toList()));
    List<String> problems =
        findings.stream()
            .filter(finding -> finding.level() == Finding.Level.REFUSED)
            .map(Finding::subject)
            .distinct()
            .toList();
    if (!problems.isEmpty()) {
      throw new FlintException(
          ErrorCode.TEST_FAILED, "there are problems with: " + String.join(", ", problems));
    }
    return 0;
  }

  private static List<String> lines(List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    for (Finding finding : findings) {
      String level = level(finding);
      lines.add(
          level + INDENT.substring(level.length()) + finding.subject() + ": " + finding.message());
      if (!finding.remedy().isEmpty()) {
        lines.add(INDENT + "  " + finding.remedy());
      }
    }
    return lines;
  }

  private static JsonObject json(Finding finding) {
    return JsonObject.empty()
        .with("check", finding.subject())
        .with("result", level(finding))
        .with("detail", finding.message())
        .with("remedy", finding.remedy());
  }

  private static String level(Finding finding) {
    return finding.level() == Finding.Level.REFUSED
        ? "problem"
        : finding.level().name().toLowerCase(Locale.ROOT);
  }
}
