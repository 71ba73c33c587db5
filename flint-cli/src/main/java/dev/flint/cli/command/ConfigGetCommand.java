package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.ConfigName;
import dev.flint.registry.settings.Setting;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code flint config get}. */
@Command(
    name = "get",
    sortOptions = false,
    description = "Print the value that holds for a key; ends with 4 if there is none.",
    footer = {"", "Example:  flint config get limit-rate"})
public final class ConfigGetCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      paramLabel = "KEY",
      converter = ConfigNameConverter.class,
      description = "A key, or registries.HOST[:PORT].KEY.")
  ConfigName name;

  /** Works in a context. */
  public ConfigGetCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    for (Setting setting : context.config().all()) {
      if (setting.name().equals(name) && !setting.value().isEmpty()) {
        context.result(setting.value());
        return 0;
      }
    }
    String usual = name.key().usual();
    if (usual.isEmpty()) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, name + " is not set", "flint config set " + name + " VALUE");
    }
    context.result(usual);
    return 0;
  }
}
