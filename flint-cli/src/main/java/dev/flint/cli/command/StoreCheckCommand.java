package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.StoreCheck;
import dev.flint.oci.store.StoreProblem;
import dev.flint.oci.store.StoreReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint store fsck}. */
@Command(
    name = "fsck",
    sortOptions = false,
    description = "Check every blob against its digest, and that images are whole.",
    footer = {
      "",
      "Other commands go on meanwhile. --repair deletes nothing: bad blobs are moved",
      "to the folder .flint/quarantine of the store, so that the next pull fetches",
      "them again. Ends with 8 if problems are left.",
      "",
      "Example:  flint store fsck --quick"
    })
public final class StoreCheckCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--repair", description = "Move bad blobs out of the way.")
  boolean repair;

  @Option(
      names = "--quick",
      description = "Do not read layers: only documents, sizes and whether all is there.")
  boolean quick;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public StoreCheckCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    finishMaking();
    StoreReport report = context.storeCheck().run(new StoreCheck.Wish(quick, repair));
    output.print(context, result(report));
    report.notes().forEach(context::note);
    report.quarantined().forEach(file -> context.note("moved a bad blob to " + file));
    if (!report.isSound()) {
      StoreProblem first = report.problems().get(0);
      int count = report.problems().size();
      throw new IntegrityException(
          "the store "
              + context.storeFolder()
              + (count == 1 ? " has a problem" : " has " + count + " problems"),
          first.remedy());
    }
    return 0;
  }

  /** A store whose making was cut short is made whole by any command. */
  private void finishMaking() throws IOException {
    try {
      context.store().close();
    } catch (FlintException e) {
      // The check tells better what is wrong.
    }
  }

  private Result result(StoreReport report) {
    List<JsonObject> problems = new ArrayList<>();
    Table table = new Table("PROBLEM", "WHERE", "DETAIL", "IMAGES", "REMEDY");
    List<String> names = new ArrayList<>();
    for (StoreProblem problem : report.problems()) {
      String kind = problem.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
      problems.add(
          JsonObject.empty()
              .with("problem", kind)
              .with("subject", problem.subject())
              .with("detail", problem.detail())
              .withStrings("images", problem.images())
              .with("remedy", problem.remedy()));
      table.row(
          kind,
          problem.subject(),
          problem.detail(),
          String.join(" ", problem.images()),
          problem.remedy());
      names.add(problem.subject());
    }
    JsonObject json =
        JsonObject.empty()
            .with("schema", "store-fsck/v1")
            .with("sound", report.isSound())
            .with("checkedBlobs", report.blobs())
            .with("checkedBytes", report.bytes())
            .with("checkedImages", report.images())
            .withObjects("problems", problems)
            .withStrings("quarantined", report.quarantined().stream().map(Path::toString).toList())
            .withStrings("notes", report.notes());
    return new Result(
        json,
        "problems",
        () -> report.isSound() ? List.of(sound(report)) : table.lines(),
        () -> names);
  }

  private static String sound(StoreReport report) {
    return "sound: "
        + report.blobs()
        + " blobs, "
        + Sizes.of(report.bytes())
        + ", "
        + report.images()
        + (report.images() == 1 ? " image" : " images");
  }
}
