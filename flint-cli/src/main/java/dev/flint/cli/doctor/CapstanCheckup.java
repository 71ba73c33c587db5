package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.capstan.CapstanRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The Capstan repository of the user. */
public record CapstanCheckup(Path root) implements Checkup {
  @Override
  public String subject() {
    return "capstan";
  }

  @Override
  public List<Finding> look() throws IOException {
    CapstanRepository repository = new CapstanRepository(root);
    if (!Files.exists(repository.folder())) {
      return List.of(
          Finding.ok(subject(), root + " is not there; only flint import NAME needs it"));
    }
    int images = repository.list().size();
    return List.of(Finding.ok(subject(), root + ", images: " + images));
  }
}
