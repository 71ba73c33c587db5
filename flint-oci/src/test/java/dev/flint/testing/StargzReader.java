package dev.flint.testing;

import dev.flint.oci.Digest;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The eStargz library of stargz-snapshotter, as Debian ships it, in a small Go program: reads
 * layers of ours, verifying every chunk, and makes layers for us to read.
 */
public final class StargzReader {
  private static final String SOURCE = "estargz-check.go";
  private static final List<Path> GO_PATHS =
      List.of(Path.of("/usr/share/gocode"), Path.of("/usr/local/share/gocode"));
  private static final String LIBRARY =
      "src/github.com/containerd/stargz-snapshotter/estargz/estargz.go";

  private final Path program;

  private StargzReader(Path program) {
    this.program = program;
  }

  /** A regular file of a layer as the library read it; an empty one has no chunk. */
  public record StoredFile(String name, long size, Digest digest, int chunks) {}

  /** The first entry of a tar; the type is the flag of its header. */
  public record FirstEntry(String name, String type, long size, Digest digest) {}

  /** What identifies a layer that the library made. */
  public record Made(Digest tocDigest, Digest diffId) {}

  /**
   * Builds the program, in about 10 seconds the first time and less than 1 later; Go keeps what it
   * compiled. Needs the peers {@code go} and the library.
   *
   * @param folder an existing folder for the program
   */
  public static StargzReader build(Path folder) throws IOException {
    Path go = Peers.require("go");
    Peers.requireFile(GO_PATHS.stream().map(path -> path.resolve(LIBRARY)).toList());
    Path source = folder.resolve(SOURCE);
    try (InputStream in =
        Objects.requireNonNull(StargzReader.class.getResourceAsStream(SOURCE), SOURCE)) {
      Files.copy(in, source);
    }
    Path program = folder.resolve("estargz-check");
    List<String> goPath = GO_PATHS.stream().map(Path::toString).toList();
    Command.run(
            "env",
            "GO111MODULE=off",
            "GOFLAGS=",
            "CGO_ENABLED=0",
            "GOPATH=" + String.join(":", goPath),
            go,
            "build",
            "-o",
            program,
            source)
        .ok();
    return new StargzReader(program);
  }

  /**
   * Reads every regular file but the landmarks, sorted by name; fails the test if the table is not
   * the one with the digest, or if a chunk or file does not verify.
   *
   * @param options for example {@code -zstd}
   */
  public List<StoredFile> read(Path blob, Digest tocDigest, String... options) throws IOException {
    JsonObject result = json(tryToRead(blob, tocDigest, options));
    List<StoredFile> files = new ArrayList<>();
    for (JsonObject file : result.objects("files")) {
      files.add(
          new StoredFile(
              file.requiredString("name"),
              file.integer("size").orElseThrow(),
              Digest.parse(file.requiredString("digest")),
              Math.toIntExact(file.integer("chunks").orElseThrow())));
    }
    return files;
  }

  /** Reads like {@link #read}; exit code 1 and a line on stderr say what does not verify. */
  public Command.Result tryToRead(Path blob, Digest tocDigest, String... options) {
    return run("read", options, blob, tocDigest);
  }

  /**
   * Makes a layer of a tar archive, with one of the landmark files of the format.
   *
   * @param options for example {@code -zstd}, {@code -chunk-size=BYTES} or {@code -first=NAME}
   */
  public Made make(Path tar, Path blob, String... options) throws IOException {
    JsonObject result = json(run("make", options, tar, blob));
    return new Made(
        Digest.parse(result.requiredString("tocDigest")),
        Digest.parse(result.requiredString("diffId")));
  }

  /** The first entry of a gzip layer as Go's own tar reader returns it. */
  public FirstEntry first(Path blob) throws IOException {
    JsonObject entry = json(run("first", new String[0], blob));
    return new FirstEntry(
        entry.requiredString("name"),
        entry.requiredString("type"),
        entry.integer("size").orElseThrow(),
        Digest.parse(entry.requiredString("digest")));
  }

  private Command.Result run(String mode, String[] options, Object... arguments) {
    List<Object> words = new ArrayList<>(List.of(program, mode));
    words.addAll(Arrays.asList(options));
    words.addAll(Arrays.asList(arguments));
    return Command.run(words.toArray());
  }

  private static JsonObject json(Command.Result result) throws IOException {
    return JsonObject.parse(
        result.ok().out().getBytes(StandardCharsets.UTF_8), "the output of estargz-check");
  }
}
