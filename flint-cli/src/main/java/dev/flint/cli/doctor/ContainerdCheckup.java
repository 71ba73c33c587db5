package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.containerd.ContainerdBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether containerd answers us, and has what starts containers. */
public record ContainerdCheckup(Map<String, String> env, Path socket, Path state)
    implements Checkup {
  private static final String WITHOUT = ": containers cannot run here";

  @Override
  public String subject() {
    return "containerd";
  }

  @Override
  public List<Finding> look() throws IOException {
    if (!Files.exists(socket)) {
      return List.of(
          Finding.warning(subject(), "there is no " + socket + WITHOUT, "start containerd"));
    }
    if (!Files.isWritable(socket)) {
      return List.of(
          Finding.warning(
              subject(),
              socket + " is not for this account" + WITHOUT,
              "run Flint as root, or give this account the socket"));
    }
    List<Finding> findings = new ArrayList<>();
    try (ContainerdBackend backend = new ContainerdBackend(socket, state, env)) {
      findings.add(Finding.ok(subject(), socket + ", version " + backend.version()));
    }
    findings.add(runc());
    return findings;
  }

  private Finding runc() {
    String path = env.getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
    for (String folder : path.split(":", -1)) {
      Path program = Path.of(folder, "runc");
      if (folder.startsWith("/") && Files.isExecutable(program)) {
        return Finding.ok("runc", program.toString());
      }
    }
    return Finding.warning("runc", "not on PATH: containers cannot start", "install runc");
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return subject();
  }
}
