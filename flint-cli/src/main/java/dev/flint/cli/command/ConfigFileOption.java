package dev.flint.cli.command;

import dev.flint.registry.settings.ConfigEdit;
import dev.flint.registry.settings.ConfigSources;
import dev.flint.registry.settings.ProjectFile;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Which file is changed. */
final class ConfigFileOption {
  @Option(
      names = "--project",
      description = "The file of the project, .flint/config.yaml, instead of your own.")
  boolean project;

  ConfigEdit edit(ConfigSources config) throws IOException {
    return project
        ? new ConfigEdit(
            config.projectFile().map(ProjectFile::path).orElseGet(config::newProjectFile), true)
        : new ConfigEdit(config.userFile(), false);
  }
}
