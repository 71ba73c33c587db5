package dev.flint.build.file;

import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a build file says, checked in itself: whether its files are there is found out by who reads
 * them (docs/build.md). Immutable.
 *
 * @param path of the file itself
 * @param folder what relative paths start from, and may not leave
 * @param names of the image, one for each tag; may be empty
 * @param platforms at least one
 * @param kinds of the variants, at least one
 * @param labels of the configs
 * @param annotations of the manifests
 */
public record BuildFile(
    Path path,
    Path folder,
    List<Reference> names,
    List<Platform> platforms,
    List<Kind> kinds,
    Map<String, String> labels,
    Map<String, String> annotations,
    Optional<JavaApplication> java,
    ContainerSection container,
    OsvSection osv) {
  /** The name of a build file. */
  public static final String NAME = "flint.yaml";

  private static final int MAX_BYTES = 1 << 20;

  /** Copies the collections. */
  public BuildFile {
    names = List.copyOf(names);
    platforms = List.copyOf(platforms);
    kinds = List.copyOf(kinds);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /**
   * Reads a build file.
   *
   * @param folder what relative paths in it start from
   * @throws FlintException NOT_FOUND if there is none, USAGE if it is malformed, says what cannot
   *     be or has unknown keys, POLICY if it is over a limit or a path leaves the folder
   */
  public static BuildFile read(Path path, Path folder) throws IOException {
    String what = String.valueOf(path.getFileName());
    // A pipe would keep us waiting.
    if (!Files.isRegularFile(path)) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "there is no build file " + path,
          "docs/build.md says what is in one; -f names another");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new FlintException(ErrorCode.POLICY, what + " is longer than " + MAX_BYTES + " bytes");
    }
    List<JsonObject> documents = documents(bytes, what);
    if (documents.size() != 1) {
      throw new FlintException(
          ErrorCode.USAGE, what + " has " + documents.size() + " documents, not one");
    }
    return new BuildFileParser(path, folder).parse(Section.of(documents.get(0), what));
  }

  /** What the user wrote is the user's to mend, unlike what came over a wire. */
  private static List<JsonObject> documents(byte[] bytes, String what) throws IOException {
    try {
      return YamlReader.read(bytes, what);
    } catch (FlintException e) {
      if (e.code() != ErrorCode.PROTOCOL) {
        throw e;
      }
      throw new FlintException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e.remedy(), e);
    }
  }
}
