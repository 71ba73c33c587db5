package dev.flint.bench.tool;

import static dev.flint.bench.machine.Script.quote;

import dev.flint.bench.input.Disk;
import dev.flint.bench.machine.Folders;
import dev.flint.bench.machine.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** skopeo, with gzip and tar to unpack what it fetched. */
public final class Skopeo implements Tool {
  /** What root's skopeo remembers of blobs; another user's is in the folder of the run. */
  private static final List<Path> CACHES =
      List.of(
          Path.of("/var/lib/containers/cache/blob-info-cache-v1.boltdb"),
          Path.of("/var/lib/containers/cache/blob-info-cache-v1.sqlite"));

  private final String program;
  private final Path folder;

  /** Works in a subfolder. */
  public Skopeo(Path program, Path folder) {
    this.program = quote(program);
    this.folder = folder.resolve("skopeo");
  }

  @Override
  public String name() {
    return "skopeo";
  }

  @Override
  public void reset() throws IOException {
    Folders.empty(folder);
    Files.createDirectories(unpackedFolder());
    for (Path cache : CACHES) {
      if (Files.isWritable(cache)) {
        Files.delete(cache);
      }
    }
  }

  @Override
  public Optional<Script> push(Disk disk, String reference) throws IOException {
    String words =
        "%s copy -q --dest-tls-verify=false --dest-compress-format gzip oci:%s:x docker://%s";
    return script(words.formatted(program, quote(disk.layout().folder()), reference));
  }

  @Override
  public Optional<Script> pull(Image image) {
    return script(pullLine(image));
  }

  @Override
  public Optional<Script> unpack(Image image) {
    Path layer = layout().resolve("blobs/sha256").resolve(image.layer().digest().encoded());
    return script(
        "%s && gzip -dc %s | tar -xf - -C %s"
            .formatted(pullLine(image), quote(layer), quote(unpackedFolder())));
  }

  @Override
  public Path unpacked() throws IOException {
    return Unpacked.in(unpackedFolder());
  }

  /** A copy, whatever the sides. */
  Script copy(String options, String from, String to) {
    return new Script(
        "%s copy -q %s %s %s".formatted(program, options, quote(from), quote(to)),
        Map.of("XDG_DATA_HOME", folder.toString()));
  }

  private String pullLine(Image image) {
    return "%s copy -q --src-tls-verify=false docker://%s oci:%s:x"
        .formatted(program, image.reference(), quote(layout()));
  }

  Path layout() {
    return folder.resolve("layout");
  }

  private Path unpackedFolder() {
    return folder.resolve("out");
  }

  private Optional<Script> script(String line) {
    return Optional.of(new Script(line, Map.of("XDG_DATA_HOME", folder.toString())));
  }
}
