package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.ConfigSources;
import dev.flint.registry.settings.ProjectFile;
import dev.flint.registry.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether all that is configured can be understood. */
public record ConfigCheckup(ConfigSources config) implements Checkup {
  private static final String SUBJECT = "config";

  @Override
  public String subject() {
    return SUBJECT;
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> findings = new ArrayList<>();
    try {
      long set = config.all().stream().filter(Setting::isSet).count();
      config.registries();
      String file = config.userFile() + (Files.exists(config.userFile()) ? "" : " is not there");
      findings.add(Finding.ok(SUBJECT, file + ", keys that are set: " + set));
    } catch (FlintException e) {
      findings.add(Finding.refused(SUBJECT, e));
    }
    Optional<ProjectFile> project = config.projectFile();
    if (project.isPresent()) {
      findings.add(
          project.get().isTrusted()
              ? Finding.ok("project", project.get().path().toString())
              : Finding.warning(
                  "project",
                  project.get().path() + " is not used: " + project.get().distrust(),
                  "chown it if it is yours; put a file in the place of a link"));
    }
    return findings;
  }
}
