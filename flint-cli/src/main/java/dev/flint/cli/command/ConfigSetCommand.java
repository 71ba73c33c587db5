package dev.flint.cli.command;

import dev.flint.registry.settings.ConfigEdit;
import dev.flint.registry.settings.ConfigName;
import dev.flint.registry.settings.Setting;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint config set}. */
@Command(
    name = "set",
    sortOptions = false,
    description = "Set a key in the config file; its other lines stay as they are.",
    footer = {
      "",
      "Several mirrors are separated by commas. Passwords do not belong here: flint",
      "login keeps them.",
      "",
      "Example:  flint config set limit-rate 2M",
      "          flint config set registries.registry.lan:5000.ca-file /etc/ssl/lan.pem"
    })
public final class ConfigSetCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      index = "0",
      paramLabel = "KEY",
      converter = ConfigNameConverter.class,
      description = "A key, or registries.HOST[:PORT].KEY.")
  ConfigName name;

  @Parameters(index = "1", paramLabel = "VALUE", description = "What it shall be.")
  String value;

  @Mixin ConfigFileOption file = new ConfigFileOption();

  /** Works in a context. */
  public ConfigSetCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ConfigEdit edit = file.edit(context.config());
    edit.set(name, context.config().typed(name.key(), value));
    for (Setting setting : context.config().all()) {
      if (setting.name().equals(name) && !setting.place().equals(edit.file().toString())) {
        context.note(name + " is " + setting.value() + " all the same, by " + setting.from());
      }
    }
    return 0;
  }
}
