package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.ConfigSources;
import dev.flint.registry.settings.ProjectFile;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flint config path}. */
@Command(
    name = "path",
    sortOptions = false,
    description = "Print where the config file is, or would be.",
    footer = {"", "Example:  flint config path"})
public final class ConfigPathCommand implements Callable<Integer> {
  private final Context context;

  @Option(
      names = "--project",
      description = "The file of the project; ends with 4 if there is none.")
  boolean project;

  /** Works in a context. */
  public ConfigPathCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ConfigSources config = context.config();
    context.result((project ? projectFile(config).path() : config.userFile()).toString());
    return 0;
  }

  private ProjectFile projectFile(ConfigSources config) throws IOException {
    ProjectFile found =
        config
            .projectFile()
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.NOT_FOUND,
                        "there is no " + ProjectFile.NAME + " here or above",
                        "flint config set --project KEY VALUE makes one"));
    if (!found.isTrusted()) {
      context.note(found.path() + " is not used: " + found.distrust());
    }
    return found;
  }
}
