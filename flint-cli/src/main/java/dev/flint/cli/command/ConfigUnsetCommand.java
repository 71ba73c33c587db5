package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.ConfigEdit;
import dev.flint.registry.settings.ConfigName;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint config unset}. */
@Command(
    name = "unset",
    sortOptions = false,
    description = "Take a key out of the config file; exits with 4 if it is not there.",
    footer = {"", "Example:  flint config unset limit-rate"})
public final class ConfigUnsetCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      paramLabel = "KEY",
      converter = ConfigNameConverter.class,
      description = "A key, or registries.HOST[:PORT].KEY.")
  ConfigName name;

  @Mixin ConfigFileOption file = new ConfigFileOption();

  /** Works in a context. */
  public ConfigUnsetCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ConfigEdit edit = file.edit(context.config());
    if (!edit.unset(name)) {
      throw new FlintException(ErrorCode.NOT_FOUND, name + " is not set in " + edit.file());
    }
    return 0;
  }
}
