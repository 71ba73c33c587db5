package dev.flint.cli.command;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.cli.console.Result;
import dev.flint.cli.console.Table;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint check}. */
@Command(
    name = "check",
    sortOptions = false,
    description = "Tell whether an image can run here, before it is pulled.",
    footer = {
      "",
      "Of the image only its manifest and config are read, and nothing is started. The",
      "options are those of flint run. Ends with 9 if the image cannot run here.",
      "",
      "Example:  flint check -m 256m -p 8080 web:1"
    })
public final class CheckCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "REF", description = "The image.")
  Reference reference;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin InstanceOptions instance = new InstanceOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public CheckCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    InstanceSpec spec = instance.spec(context, reference, List.of(), Map.of());
    List<Finding> findings = new ImageCheck(context, registry).check(reference, spec);
    List<String> refused = new ArrayList<>();
    String remedy = "";
    for (Finding finding : findings) {
      if (finding.level() == Finding.Level.REFUSED) {
        refused.add(finding.subject());
        remedy = remedy.isEmpty() ? finding.remedy() : remedy;
      }
    }
    JsonObject json = json(findings, refused.isEmpty());
    output.print(context, Result.object("check/v1", json, () -> table(findings), ""));
    if (!refused.isEmpty()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          reference + " cannot run here: " + String.join(", ", refused),
          remedy);
    }
    return 0;
  }

  private JsonObject json(List<Finding> findings, boolean runs) {
    List<JsonObject> all = new ArrayList<>();
    for (Finding finding : findings) {
      all.add(
          JsonObject.empty()
              .with("check", finding.subject())
              .with("result", level(finding))
              .with("detail", finding.message())
              .with("remedy", finding.remedy()));
    }
    return JsonObject.empty()
        .with("reference", reference.toString())
        .with("runs", runs)
        .withObjects("findings", all);
  }

  private static List<String> table(List<Finding> findings) {
    Table table = new Table("CHECK", "RESULT", "DETAIL", "REMEDY");
    for (Finding finding : findings) {
      table.row(finding.subject(), level(finding), finding.message(), finding.remedy());
    }
    return table.lines();
  }

  private static String level(Finding finding) {
    return finding.level().name().toLowerCase(Locale.ROOT);
  }
}
