package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Java that runs this, and whether it has Flint's start-up archive: not whether it was told to,
 * but whether it is mapped into the memory of the process.
 *
 * @param maps the kernel's list of what is mapped
 */
public record JavaCheckup(String flint, Path maps) implements Checkup {
  /** Of this process. */
  public static JavaCheckup ofThisProcess(String flint) {
    return new JavaCheckup(flint, Path.of("/proc/self/maps"));
  }

  @Override
  public String subject() {
    return "java";
  }

  @Override
  public List<Finding> look() throws IOException {
    String java =
        "Flint %s on Java %s of %s, %d MiB at most, %d cores"
            .formatted(
                flint,
                System.getProperty("java.version"),
                System.getProperty("java.vendor"),
                Runtime.getRuntime().maxMemory() >> 20,
                Runtime.getRuntime().availableProcessors());
    return List.of(Finding.ok(subject(), java), archive());
  }

  private Finding archive() throws IOException {
    Path own = Path.of(System.getProperty("java.home", ""));
    try (Stream<String> lines = Files.lines(maps, StandardCharsets.UTF_8)) {
      Optional<Path> archive =
          lines
              .filter(line -> line.endsWith(".jsa") && line.indexOf('/') >= 0)
              .map(line -> Path.of(line.substring(line.indexOf('/'))))
              .filter(file -> !file.startsWith(own))
              .findFirst();
      return archive.isPresent()
          ? Finding.ok("archive", archive.get().toString())
          : Finding.warning(
              "archive",
              "there is none for this Java, so every command takes longer to start",
              "flint self-archive makes one");
    }
  }
}
