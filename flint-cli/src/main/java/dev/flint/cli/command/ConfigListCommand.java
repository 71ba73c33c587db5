package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Table;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.settings.Setting;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint config list}. */
@Command(
    name = "list",
    aliases = "ls",
    sortOptions = false,
    description = "List what holds: every key, and what is set for registries.",
    footer = {"", "Example:  flint config list --origin"})
public final class ConfigListCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--origin", description = "Show where each value comes from.")
  boolean origin;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public ConfigListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    List<Setting> settings = context.config().all();
    output.print(
        context,
        Result.list(
            "config-list/v1",
            "settings",
            settings.stream().map(ConfigListCommand::json).toList(),
            () -> lines(settings),
            () -> settings.stream().map(setting -> setting.name().toString()).toList()));
    return 0;
  }

  private List<String> lines(List<Setting> settings) {
    Table table = origin ? new Table("KEY", "VALUE", "ORIGIN") : new Table("KEY", "VALUE");
    for (Setting setting : settings) {
      String name = setting.name().toString();
      String value = setting.value().isEmpty() ? "-" : setting.value();
      if (origin) {
        table.row(name, value, setting.from());
      } else {
        table.row(name, value);
      }
    }
    return table.lines();
  }

  private static JsonObject json(Setting setting) {
    JsonObject json =
        JsonObject.empty()
            .with("key", setting.name().toString())
            .with("value", setting.value())
            .with("origin", setting.origin().name().toLowerCase(Locale.ROOT))
            .with("place", setting.place());
    return setting.line() > 0 ? json.with("line", setting.line()) : json;
  }
}
