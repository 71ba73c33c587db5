package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.registry.auth.CredentialFile;
import dev.flint.registry.auth.CredentialPlaces;
import java.util.ArrayList;
import java.util.List;

/** The files with logins, and whether the helpers that they name are there. */
public record LoginsCheckup(CredentialPlaces places) implements Checkup {
  private static final String SUBJECT = "logins";

  @Override
  public String subject() {
    return SUBJECT;
  }

  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    for (CredentialFile file : places.survey()) {
      if (file.failure().isPresent()) {
        findings.add(Finding.refused(SUBJECT, file.failure().get()));
        continue;
      }
      String hosts = file.hosts().isEmpty() ? "nothing" : String.join(", ", file.hosts());
      findings.add(Finding.ok(SUBJECT, file.path() + " has " + hosts));
      for (String helper : file.missingHelpers()) {
        findings.add(
            Finding.warning(
                SUBJECT,
                helper + ", which " + file.path() + " names, is not on PATH",
                "install it, or take it out of the file"));
      }
      if (!file.empty().isEmpty()) {
        findings.add(
            Finding.warning(
                SUBJECT,
                file.path() + " has entries without a login: " + String.join(", ", file.empty()),
                "flint login or flint logout HOST"));
      }
      if (file.isOpenToOthers()) {
        findings.add(
            Finding.warning(SUBJECT, file.path() + " can be read by other users", "chmod 600 it"));
      }
    }
    return findings.isEmpty() ? List.of(Finding.ok(SUBJECT, "none")) : findings;
  }
}
