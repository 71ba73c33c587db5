package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flint store path}. */
@Command(
    name = "path",
    sortOptions = false,
    description = "Print the folder of the store, an OCI image layout.",
    footer = {"", "Example:  flint store path"})
public final class StorePathCommand implements Callable<Integer> {
  private final Context context;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public StorePathCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws FlintException {
    String path = context.storeFolder().toAbsolutePath().normalize().toString();
    output.print(
        context,
        Result.object(
            "store-path/v1", JsonObject.empty().with("path", path), () -> List.of(path), path));
    return 0;
  }
}
