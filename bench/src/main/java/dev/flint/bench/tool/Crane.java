package dev.flint.bench.tool;

import static dev.flint.bench.machine.Script.quote;

import dev.flint.bench.input.Disk;
import dev.flint.bench.machine.Folders;
import dev.flint.bench.machine.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** crane, with tar to unpack what it exports. */
public final class Crane implements Tool {
  private final String program;
  private final Path folder;

  /** Works in a subfolder. */
  public Crane(Path program, Path folder) {
    this.program = quote(program);
    this.folder = folder.resolve("crane");
  }

  @Override
  public String name() {
    return "crane";
  }

  @Override
  public void reset() throws IOException {
    Folders.empty(folder);
    Files.createDirectories(unpackedFolder());
  }

  @Override
  public Optional<Script> push(Disk disk, String reference) throws IOException {
    return script(
        "%s append --insecure -f %s -t %s"
            .formatted(program, quote(disk.layout().tar()), reference));
  }

  @Override
  public Optional<Script> pull(Image image) {
    return script(
        "%s pull --insecure --format oci %s %s"
            .formatted(program, image.reference(), quote(folder.resolve("layout"))));
  }

  @Override
  public Optional<Script> unpack(Image image) {
    return script(
        "%s export --insecure %s - | tar -xf - -C %s"
            .formatted(program, image.reference(), quote(unpackedFolder())));
  }

  @Override
  public Path unpacked() throws IOException {
    return Unpacked.in(unpackedFolder());
  }

  private Path unpackedFolder() {
    return folder.resolve("out");
  }

  private static Optional<Script> script(String line) {
    return Optional.of(new Script(line, Map.of()));
  }
}
