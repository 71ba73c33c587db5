package dev.flint.bench.tool;

import static dev.flint.bench.machine.Script.quote;

import dev.flint.bench.input.Disk;
import dev.flint.bench.machine.Folders;
import dev.flint.bench.machine.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** oras, which neither compresses nor unpacks: it only fetches the image that another pushed. */
public final class Oras implements Tool {
  private final String program;
  private final Path folder;

  /** Works in a subfolder. */
  public Oras(Path program, Path folder) {
    this.program = quote(program);
    this.folder = folder.resolve("oras");
  }

  @Override
  public String name() {
    return "oras";
  }

  @Override
  public void reset() throws IOException {
    Folders.empty(folder);
  }

  @Override
  public Optional<Script> push(Disk disk, String reference) {
    return Optional.empty();
  }

  @Override
  public Optional<Script> pull(Image image) {
    String words = "%s cp --from-plain-http %s --to-oci-layout %s:x";
    return Optional.of(
        new Script(
            words.formatted(program, image.reference(), quote(folder.resolve("layout"))),
            Map.of()));
  }

  @Override
  public Optional<Script> unpack(Image image) {
    return Optional.empty();
  }

  @Override
  public Path unpacked() {
    return folder;
  }
}
