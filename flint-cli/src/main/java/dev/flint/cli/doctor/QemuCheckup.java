package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.qemu.QemuCheck;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** QEMU, and whether a guest gets anywhere in it, on KVM or not. */
public record QemuCheckup(Map<String, String> env, Path temporary) implements Checkup {
  @Override
  public String subject() {
    return "qemu";
  }

  @Override
  public List<Finding> look() throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory(temporary, "flint-doctor-");
    try {
      return QemuCheck.look(env, scratch);
    } finally {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(scratch)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(scratch);
    }
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return subject();
  }
}
